package dev.trefoil.raw.session;

/**
 * Watches for signs of life: asks after an interval of silence, again after each further one, and
 * gives the peer up after so many unanswered questions. Not thread-safe.
 */
final class Heartbeat {
  /** What to do about the silence. */
  enum Verdict {
    /** Nothing yet. */
    WAIT,
    /** Ask for a sign of life. */
    ASK,
    /** Count a miss, and ask again. */
    ASK_AGAIN,
    /** Count a miss, and give the peer up. */
    LOST
  }

  private final long interval;
  private final int misses;
  private long lastHeard;
  private long lastAsked;
  private int asked;

  Heartbeat(long intervalNanos, int misses) {
    this.interval = intervalNanos;
    this.misses = misses;
  }

  /** Something came, or was not listened for. */
  void heard(long now) {
    lastHeard = now;
    asked = 0;
  }

  /** {@return what to do now} */
  Verdict look(long now) {
    if (now - due() < 0) {
      return Verdict.WAIT;
    }
    if (asked >= misses) {
      return Verdict.LOST;
    }
    lastAsked = now;
    asked++;
    return asked == 1 ? Verdict.ASK : Verdict.ASK_AGAIN;
  }

  /**
   * {@return when to look again} Counted from when the question was really sent: after a stall of
   * ours the peer gets its time too.
   */
  long due() {
    return (asked == 0 ? lastHeard : lastAsked) + interval;
  }

  /** {@return for how long nothing came} */
  long silence(long now) {
    return now - lastHeard;
  }
}
