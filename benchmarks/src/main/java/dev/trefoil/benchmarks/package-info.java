/** Benchmarks of the roles and transports. */
@NullMarked
package dev.trefoil.benchmarks;

import org.jspecify.annotations.NullMarked;
