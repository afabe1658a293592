/**
 * {@code trefoil bench}: one side of a measurement, each in a process of its own. The side that
 * receives or asks prints one line of figures on stdout.
 */
@NullMarked
package dev.trefoil.samples.bench;

import org.jspecify.annotations.NullMarked;
