package dev.trefoil;

/**
 * What {@code drain} of a role, or of the {@link Messaging}, left undone when its time was up; all
 * zero if everything was finished.
 *
 * @param unsent messages and requests still queued, which no connection has taken. What a
 *     connection has taken is on its way, and not counted: a drain of a {@link Pusher} that ends
 *     before its time has seen it arrive, or the puller go; otherwise it comes still if the puller
 *     goes on reading within some minutes, where the transport can do that (rule L2 of the
 *     contract)
 * @param unanswered requests that a peer has and did not answer
 * @param unacknowledged messages pushed at-least-once that no puller acknowledged
 * @param unhandled messages and requests received whose handler has not finished
 */
public record DrainReport(long unsent, long unanswered, long unacknowledged, long unhandled) {
  /** A drain that left nothing. */
  public static final DrainReport CLEAN = new DrainReport(0, 0, 0, 0);

  /**
   * Whether everything was finished.
   *
   * @return true if nothing was left
   */
  public boolean isClean() {
    return unsent == 0 && unanswered == 0 && unacknowledged == 0 && unhandled == 0;
  }

  /**
   * The sum of two reports.
   *
   * @param other another role's
   * @return what both left
   */
  public DrainReport plus(DrainReport other) {
    return new DrainReport(
        unsent + other.unsent,
        unanswered + other.unanswered,
        unacknowledged + other.unacknowledged,
        unhandled + other.unhandled);
  }
}
