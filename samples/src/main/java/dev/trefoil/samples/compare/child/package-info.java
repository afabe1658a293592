/**
 * What runs in the children of {@code trefoil compare}: two processes for each contestant, which do
 * a trial after the other when they are told to by lines on stdin.
 *
 * <p>This is the one place outside of {@code dev.trefoil.zmq} that knows JeroMQ: plain JeroMQ is
 * measured beside the transports.
 *
 * <p>Threads: the child's main thread opens, starts, stops and closes a {@link
 * dev.trefoil.samples.compare.child.Side}; a {@link dev.trefoil.samples.compare.child.Crew} of the
 * side sends and receives; each of these counts in a {@link
 * dev.trefoil.samples.compare.child.Gauge.Lane} of its own.
 */
@NullMarked
package dev.trefoil.samples.compare.child;

import org.jspecify.annotations.NullMarked;
