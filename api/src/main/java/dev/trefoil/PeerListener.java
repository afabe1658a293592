package dev.trefoil;

/**
 * Is told how a role's peers come and go. Set it with {@code Options.peerListener}.
 *
 * <p>Runs on the handler executor, one call at a time for each role, in the order of events. What
 * it throws is logged and harms nothing else.
 */
public interface PeerListener {
  /**
   * A peer finished its handshake and can be talked to.
   *
   * @param peer who
   */
  default void connected(Peer peer) {}

  /**
   * A peer is gone. A role that connected tries again by itself.
   *
   * @param peer who
   * @param reason why
   * @param detail more words on why
   */
  default void disconnected(Peer peer, DisconnectReason reason, String detail) {}

  /**
   * Somebody was turned away.
   *
   * @param endpoint the endpoint it was met through
   * @param address where it is
   * @param reason why
   * @param detail what it offered, in words
   */
  default void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {}

  /**
   * An attempt to connect failed; another follows after a pause.
   *
   * @param endpoint where to
   * @param why in words, such as {@code connection refused}
   */
  default void connectFailed(Endpoint endpoint, String why) {}
}
