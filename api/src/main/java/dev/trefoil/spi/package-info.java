/**
 * For authors of transports: eight small interfaces and what they exchange.
 *
 * <p>A {@link dev.trefoil.spi.Transport} opens one {@link dev.trefoil.spi.Port} for each role that
 * uses it. A port speaks in bytes: typed values, deadlines, retries, queues of received messages,
 * handlers and metrics are above it. Calls into a port come from any thread at any time, also at
 * once; none may block unless it says so. A port calls its listener from its I/O threads, never
 * while it holds a lock that a call into the port takes too; the listener never blocks and never
 * throws.
 *
 * <p>Arrays handed to a port belong to it from then on, arrays handed to a listener to the
 * listener; nobody changes an array that he was handed by a sender, since a published one is
 * shared.
 *
 * <p>Prove a transport with the compliance kit: a subclass of {@code TransportTest} in module
 * transport-tck.
 */
@org.jspecify.annotations.NullMarked
package dev.trefoil.spi;
