/**
 * The contestants of the two-process harness, and the process that runs one side of one of them.
 *
 * <p>A contestant's loop runs on the main thread of its process (and on threads that it starts); a
 * thread of its own listens to the harness on standard input.
 */
@NullMarked
package dev.trefoil.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
