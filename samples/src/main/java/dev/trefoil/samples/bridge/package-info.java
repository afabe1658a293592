/**
 * {@code trefoil bridge}: joins worlds that speak different wires. A role on each side, and a loop
 * between them.
 */
@NullMarked
package dev.trefoil.samples.bridge;

import org.jspecify.annotations.NullMarked;
