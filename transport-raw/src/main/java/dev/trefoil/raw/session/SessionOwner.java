package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Dialect;

/** The port that a session belongs to. Called on the session's loop, never under a lock. */
public interface SessionOwner {
  /** {@return the part of the session that is the role's} */
  Side side(Session session, Dialect dialect);

  /** The handshake is done. */
  void up(Session session);

  /** The session has ended after its handshake. */
  void down(Session session, DisconnectReason reason, String detail);

  /** The session has ended before its handshake was done. */
  void rejected(Session session, RejectReason reason, String detail);

  /** The peer has sent the last that is new, and all of it was handed on. */
  void quiet();

  /** A heartbeat was due and did not come. */
  void heartbeatMissed();
}
