package dev.trefoil.zmq;

import dev.trefoil.spi.Timekeeper;

/**
 * What the ports of one {@code Messaging} share. Immutable, any thread.
 *
 * @param timekeeper the clock and the timer
 * @param threads JeroMQ's
 * @param doorman accepts and connects
 * @param watchdog replaces threads that break
 */
record Shared(Timekeeper timekeeper, IoThreads threads, Doorman doorman, Watchdog watchdog) {
  /** {@return whether the caller is one of the I/O threads, which must not wait for itself} */
  boolean inLoop() {
    for (IoLoop loop : threads.loops()) {
      if (loop.inLoop()) {
        return true;
      }
    }
    return false;
  }
}
