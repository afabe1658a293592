package dev.trefoil;

/** A message is larger than the limit and was not sent; nothing else is affected. */
public final class MessageTooLargeException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  private final long size;
  private final long limit;

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
