package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;

/**
 * How a connection ends.
 *
 * @param reason why
 * @param detail more words on why
 */
record Ending(DisconnectReason reason, String detail) {
  static final Ending BY_PEER =
      new Ending(DisconnectReason.CLOSED_BY_PEER, "the peer closed the connection");
  static final Ending WRITE_FAILED = new Ending(DisconnectReason.RESET, "a write failed");
  static final Ending GIVEN_UP =
      new Ending(
          DisconnectReason.RESET,
          "the connection was reset, or nothing answered the system's keepalive probes");
  static final Ending ORPHANED =
      new Ending(DisconnectReason.IO_THREAD_LOST, "the selector of an I/O thread here failed");
  static final Ending HERE = new Ending(DisconnectReason.LOCAL, "closed here");
}
