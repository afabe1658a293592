/**
 * The ticker sample: prices under topics. It shows what a late joiner gets, and what each overflow
 * policy does to a subscriber that is too slow.
 */
@NullMarked
package dev.trefoil.samples.ticker;

import org.jspecify.annotations.NullMarked;
