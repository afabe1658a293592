package dev.trefoil;

import java.util.Locale;

/** Why a peer was turned away before it became one; also the metric tag {@code reason}. */
public enum RejectReason {
  /** It did not finish the handshake in time. */
  HANDSHAKE_TIMEOUT,
  /** It closed before the handshake ended. */
  HANDSHAKE_CLOSED,
  /** Its first bytes belong to no protocol spoken here. */
  BAD_HELLO,
  /** It speaks a version that is not spoken here. */
  WRONG_VERSION,
  /** It is not the role that belongs at the other end, such as two pushers. */
  WRONG_ROLE,
  /** It does not have what this side's options ask for, such as acknowledgements. */
  LACKS_CAPABILITY,
  /** The secured handshake failed: certificate, name, or key. */
  SECURITY,
  /** There are as many connections, or handshakes, as the limit allows. */
  TOO_MANY;

  /**
   * The value of the metric tag.
   *
   * @return the name in lower case
   */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
