package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Rejection;
import org.jspecify.annotations.Nullable;

/**
 * What the owner is told of a connection: that a peer is there and, once, that it is gone; or that
 * somebody was turned away. Confined to the connection's loop.
 */
final class Presence {
  private final Session session;
  private final SessionOwner owner;
  private @Nullable Peer peer;
  private @Nullable Rejection rejection;
  private boolean leaving;
  private boolean gone;

  Presence(Session session, SessionOwner owner) {
    this.session = session;
    this.owner = owner;
  }

  void up(Peer who) {
    peer = who;
    owner.up(session);
  }

  /** {@return the peer, if it has been there} */
  @Nullable Peer peer() {
    return peer;
  }

  /** It said goodbye; {@return whether that is news} */
  boolean leaves() {
    boolean news = !leaving;
    leaving = true;
    return news;
  }

  /** It is going to be turned away, for this reason. */
  void refuse(Rejection why) {
    rejection = why;
  }

  /** The peer, which has been there, is gone. */
  void down(DisconnectReason reason, String detail) {
    if (gone) {
      return;
    }
    gone = true;
    DisconnectReason told =
        reason == DisconnectReason.CLOSED_BY_PEER && leaving ? DisconnectReason.GOODBYE : reason;
    session.side().down(told, detail);
    owner.down(session, told, detail);
  }

  /** The connection is closed. */
  void ended(DisconnectReason reason, String detail) {
    if (peer != null) {
      down(reason, detail);
    } else if (rejection != null) {
      owner.rejected(session, rejection.reason(), rejection.detail());
    } else {
      owner.rejected(session, RejectReason.HANDSHAKE_CLOSED, detail);
    }
  }
}
