package dev.trefoil.raw.wire;

import dev.trefoil.DisconnectReason;

/** A peer sent what the protocol does not allow; its connection ends. */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  private final DisconnectReason reason;

  /**
   * Makes one.
   *
   * @param reason why the connection ends
   * @param detail what came, in words
   */
  public ProtocolException(DisconnectReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  /** {@return for bytes that the protocol does not allow} */
  public static ProtocolException malformed(String detail) {
    return new ProtocolException(DisconnectReason.MALFORMED, detail);
  }

  /** {@return why the connection ends} */
  public DisconnectReason reason() {
    return reason;
  }

  /** {@return what came, in words} */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
