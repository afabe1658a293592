package dev.trefoil.spi;

import dev.trefoil.Idle;

/**
 * What a {@code Messaging} lends to its transports. Immutable.
 *
 * @param label names the {@code Messaging} in thread names
 * @param timekeeper the clock and the one timer that all share
 * @param ioThreads how many I/O threads to run, at least 1
 * @param idle how I/O threads pass the time
 */
public record TransportContext(String label, Timekeeper timekeeper, int ioThreads, Idle idle) {}
