package dev.trefoil;

import java.time.Duration;

/** A call did not end within its deadline; the role stays usable. */
public final class TimedOutException extends TrefoilException {
  private static final long serialVersionUID = 1L;

  private final Duration timeout;
  private final int attempts;
  private final boolean peerSeen;

  /**
   * Makes one.
   *
   * @param message what was waited for, where, for how long, and what was known of the peer
   * @param timeout how long it waited
   * @param attempts how often the message was handed to a peer; 0 if never
   * @param peerSeen whether the role has had a peer since it was opened
   */
  public TimedOutException(String message, Duration timeout, int attempts, boolean peerSeen) {
    super(message);
    this.timeout = timeout;
    this.attempts = attempts;
    this.peerSeen = peerSeen;
  }

  /**
   * How long it waited.
   *
   * @return the call's deadline
   */
  public Duration timeout() {
    return timeout;
  }

  /**
   * How often the message was handed to a peer.
   *
   * @return 0 if no peer ever had room for it
   */
  public int attempts() {
    return attempts;
  }

  /**
   * Whether the role has had a peer since it was opened: tells a slow peer from a missing one.
   *
   * @return true if at least one peer was connected at some time
   */
  public boolean peerSeen() {
    return peerSeen;
  }
}
