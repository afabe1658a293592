/**
 * The samples once more, each as one short class on the API alone, to be copied into a program of
 * your own. Both sides run in one {@code main}; apart, each takes its lines along.
 */
@NullMarked
package dev.trefoil.samples.minimal;

import org.jspecify.annotations.NullMarked;
