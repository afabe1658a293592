package dev.trefoil.raw.wire;

import dev.trefoil.RejectReason;

/** A peer is turned away during its handshake. */
public final class Rejection extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  /**
   * Makes one.
   *
   * @param reason why
   * @param detail what the peer offered, in words
   */
  public Rejection(RejectReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  /** {@return why} */
  public RejectReason reason() {
    return reason;
  }

  /** {@return what the peer offered, in words} */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
