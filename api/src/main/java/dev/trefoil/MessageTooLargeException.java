package dev.trefoil;

import org.jspecify.annotations.Nullable;

/** A message is larger than the limit and was not sent; nothing else is affected. */
public final class MessageTooLargeException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  private final long size;
  private final long limit;
  private final transient @Nullable Peer peer;

  /**
   * Makes one.
   *
   * @param size of the message, in bytes
   * @param limit in bytes
   */
  public MessageTooLargeException(long size, long limit) {
    super(
        "a message of "
            + size
            + " bytes is larger than the limit of "
            + limit
            + ": raise maxMessageBytes on both sides, or send it in parts");
    this.size = size;
    this.limit = limit;
    this.peer = null;
  }

  /**
   * Makes one for a limit of the other side.
   *
   * @param size of the message, in bytes
   * @param limit in bytes
   * @param peer who has the limit; of several, the one that takes the most
   */
  public MessageTooLargeException(long size, long limit, Peer peer) {
    super(
        "a message of "
            + size
            + " bytes is larger than the limit of "
            + limit
            + " that "
            + peer
            + " has: raise its maxMessageBytes, or send it in parts");
    this.size = size;
    this.limit = limit;
    this.peer = peer;
  }

  /**
   * Whose limit it is.
   *
   * @return the peer that has told its limit; null if the limit is this side's own
   */
  public @Nullable Peer peer() {
    return peer;
  }

  /**
   * The message's size.
   *
   * @return bytes
   */
  public long size() {
    return size;
  }

  /**
   * The limit.
   *
   * @return bytes
   */
  public long limit() {
    return limit;
  }
}
