package dev.trefoil;

import java.util.Locale;

/** Why a connection ended; also the value of the metric tag {@code reason}. */
public enum DisconnectReason {
  /** This side closed or disconnected. */
  LOCAL,
  /** The peer said goodbye first. */
  GOODBYE,
  /** The peer closed the connection, or its process ended. */
  CLOSED_BY_PEER,
  /** The connection was reset; or, while it was not read, nothing answered its keepalive probes. */
  RESET,
  /** Nothing was heard from the peer for several heartbeats. */
  HEARTBEAT,
  /** The peer took nothing off the connection for too long. */
  STALLED,
  /** The peer announced a message over the limit. */
  TOO_LARGE,
  /** The peer sent bytes that the protocol does not allow. */
  MALFORMED,
  /** A subscriber's queue was full, and the policy is to disconnect it. */
  SLOW_SUBSCRIBER,
  /** The system reported an error. */
  IO_ERROR,
  /** The transport's I/O thread on this side, or what it works with, failed and was replaced. */
  IO_THREAD_LOST;

  /**
   * The value of the metric tag.
   *
   * @return the name in lower case
   */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
