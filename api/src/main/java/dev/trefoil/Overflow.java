package dev.trefoil;

/** What a {@link Publisher} does with a message for a subscriber whose queue is full. */
public enum Overflow {
  /** Forget the oldest queued message of that subscriber: the newest data wins. The default. */
  DROP_OLDEST,
  /** Forget the message that is being published, for that subscriber. */
  DROP_NEWEST,
  /** Let the publishing thread wait, up to the send timeout; then as {@link #DROP_NEWEST}. */
  BLOCK,
  /** Close the connection of that subscriber. */
  DISCONNECT
}
