/**
 * What the trials of a comparison come to: medians, spreads, losses, verdicts, and whether the
 * library's meters say the same. Values that do not change.
 */
@NullMarked
package dev.trefoil.samples.compare.result;

import org.jspecify.annotations.NullMarked;
