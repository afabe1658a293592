package dev.trefoil;

/**
 * The peer that had the request was lost before it answered. It may or may not have been worked on:
 * only a request marked idempotent is sent again by the library.
 */
public final class PeerLostException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  private final transient Peer peer;

  /**
   * Makes one.
   *
   * @param peer the peer that was lost
   * @param detail what was seen of the loss
   */
  public PeerLostException(Peer peer, String detail) {
    super(
        "lost "
            + peer
            + " before it answered ("
            + detail
            + "): it may have done the work; mark requests idempotent to have them sent again");
    this.peer = peer;
  }

  /**
   * The peer that was lost.
   *
   * @return who had the request
   */
  public Peer peer() {
    return peer;
  }
}
