package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.RejectReason;
import org.jspecify.annotations.Nullable;
import zmq.ZError;
import zmq.io.StreamEngine.ErrorReason;

/** Why a connection ends, as far as it is known before it does. The connection's loop only. */
final class Ending {
  private @Nullable DisconnectReason reason;
  private @Nullable RejectReason rejection;
  private String detail = "";
  private boolean goodbye;

  /** Something was wrong with what the peer sent. */
  void because(DisconnectReason wrong, String words) {
    reason = wrong;
    detail = words;
  }

  /** The engine threw. */
  void because(Throwable cause, int maxMessageBytes) {
    if (cause instanceof Settings.FrameRefused) {
      because(
          DisconnectReason.TOO_LARGE, "a frame over the limit of " + maxMessageBytes + " bytes");
    } else {
      because(DisconnectReason.MALFORMED, "bytes that ZMTP does not allow: " + cause);
    }
  }

  /** The peer said that it is about to close. */
  void goodbye() {
    goodbye = true;
  }

  /** The peer is turned away. */
  void reject(RejectReason why, String words) {
    rejection = why;
    detail = words;
  }

  /** {@return whether something is wrong already} */
  boolean known() {
    return reason != null;
  }

  /** {@return why it is turned away, if it ends before it is a peer} */
  @Nullable RejectReason rejection() {
    return rejection == null && reason != null ? RejectReason.BAD_HELLO : rejection;
  }

  /** {@return why, when the engine itself does not know: LOCAL if this side ended it} */
  DisconnectReason reason() {
    DisconnectReason known = reason;
    return known == null ? DisconnectReason.LOCAL : known;
  }

  /** {@return why, when the engine ended by itself} */
  DisconnectReason reason(boolean finishing, ErrorReason error, int errno) {
    DisconnectReason known = reason;
    if (known != null) {
      return known;
    }
    if (finishing) {
      return DisconnectReason.LOCAL;
    }
    boolean tooLarge = errno == ZError.EMSGSIZE;
    return switch (error) {
      case CONNECTION -> goodbye ? DisconnectReason.GOODBYE : DisconnectReason.CLOSED_BY_PEER;
      case TIMEOUT -> DisconnectReason.HEARTBEAT;
      case PROTOCOL -> tooLarge ? DisconnectReason.TOO_LARGE : DisconnectReason.MALFORMED;
    };
  }

  /** {@return why in words, when the engine ended by itself} */
  String detail(DisconnectReason why, int maxMessageBytes) {
    return why == DisconnectReason.TOO_LARGE && detail.isEmpty()
        ? "a frame over the limit of " + maxMessageBytes + " bytes"
        : detail(why);
  }

  /** {@return why in words} */
  String detail(DisconnectReason why) {
    return detail.isEmpty() ? why.tag().replace('_', ' ') : detail;
  }
}
