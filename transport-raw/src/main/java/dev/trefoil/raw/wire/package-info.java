/**
 * The bytes of the raw wire: hello, frames, and the queues that hold them. No sockets, no threads,
 * no clock.
 */
@NullMarked
package dev.trefoil.raw.wire;

import org.jspecify.annotations.NullMarked;
