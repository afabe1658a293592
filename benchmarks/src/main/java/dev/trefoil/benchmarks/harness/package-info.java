/**
 * Starts contestants as processes, measures them, and compares what came out with the targets.
 *
 * <p>Runs on one thread; two more for each child process carry its output.
 */
@NullMarked
package dev.trefoil.benchmarks.harness;

import org.jspecify.annotations.NullMarked;
