package dev.trefoil;

/** How an attempt to send that does not wait ended; see {@link Pusher#tryPush}. */
public enum SendResult {
  /** A peer's queue took the message. */
  SENT,
  /** Every peer's queue is full: try again later, or use the call that waits. */
  FULL,
  /** No peer is connected. */
  NO_PEER,
  /** The role is closed or draining. */
  CLOSED
}
