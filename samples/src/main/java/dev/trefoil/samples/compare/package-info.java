/**
 * {@code trefoil compare}: which transport for which kind of work, on this machine.
 *
 * <p>{@link dev.trefoil.samples.compare.Plan} says which trials there are, in which order and how
 * long each takes, so that all fit into the time that was promised. {@link
 * dev.trefoil.samples.compare.Comparison} carries it out: each contestant has two processes of its
 * own ({@link dev.trefoil.samples.compare.Pair}), which run {@code child.ChildMain} and are told
 * trials by lines ({@code trial}). {@code result} makes medians, spreads and verdicts of what they
 * measured, {@code report} writes these down.
 *
 * <p>Threads: all of it runs on the command's thread; each child process has two daemon threads
 * that read its output.
 */
@NullMarked
package dev.trefoil.samples.compare;

import org.jspecify.annotations.NullMarked;
