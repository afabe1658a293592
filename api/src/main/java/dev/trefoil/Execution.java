package dev.trefoil;

/** Which thread runs a role's handler. */
public enum Execution {
  /**
   * The {@link Messaging}'s handler executor: virtual threads where the JVM has them, else a
   * bounded pool, or the executor that the user gave. The handler may block. The default.
   */
  EXECUTOR,
  /**
   * The I/O thread itself: the shortest way, for handlers that take microseconds. Such a handler
   * must never block and never wait for the network, and holds up every connection of its thread.
   */
  INLINE
}
