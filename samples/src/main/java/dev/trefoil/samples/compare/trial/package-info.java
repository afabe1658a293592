/**
 * The words that the process which compares and its children share: what a trial is, and the
 * figures it gives. Immutable values, but for {@link dev.trefoil.samples.compare.trial.Figures},
 * which one thread fills.
 */
@NullMarked
package dev.trefoil.samples.compare.trial;

import org.jspecify.annotations.NullMarked;
