package dev.trefoil.raw.session;

/**
 * Watches for signs of life: asks after an interval of silence, again after each further one, and
 * gives the peer up after so many unanswered questions. Not thread-safe.
 *
 * <p>A question is a sign of life, too. So that not both sides put one after the same silence, the
 * side that dialed asks a little sooner.
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

  private static final long LEAST_FOR_PEER_NANOS = 20_000_000;

  /** By this part of the interval. */
  private static final int SOONER = 8;

  private final long interval;
  private final long first;
  private final int misses;
  private long peers;
  private long lastHeard;
  private long lastAsked;
  private int asked;

  Heartbeat(long intervalNanos, int misses, boolean dialed) {
    this.interval = intervalNanos;
    this.first = dialed ? intervalNanos - intervalNanos / SOONER : intervalNanos;
    this.misses = misses;
  }

  /** The peer has told after how much silence it asks; 0: never. */
  void peerAsksAfter(long nanos) {
    peers = nanos;
  }

  /** {@return whether the peer asks at all} */
  boolean peerAsks() {
    return peers != 0;
  }

  /**
   * {@return how often to show life while what the peer asks is not read; 0: never} As often as the
   * more anxious of both asks: the peer, so as not to lose us; we, so as to notice its end. But no
   * stranger makes us write more often than he would be worth.
   */
  long pausedInterval() {
    if (peers == 0) {
      return interval;
    }
    long theirs = Math.max(peers, LEAST_FOR_PEER_NANOS);
    return interval == 0 ? theirs : Math.min(interval, theirs);
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

  /** The question could not be put. */
  void couldNotAsk() {
    asked--;
  }

  /** {@return when to look again, for an answer may come meanwhile and another silence begin} */
  long nextLook(long now) {
    long soonest = (asked == 0 ? lastHeard : lastAsked) + first;
    return soonest - now > 0 ? soonest : due();
  }

  /**
   * {@return when there is something to do} Counted from when the question was really sent: after a
   * stall of ours the peer gets its time too.
   */
  private long due() {
    return asked == 0 ? lastHeard + first : lastAsked + interval;
  }

  /** {@return for how long nothing came} */
  long silence(long now) {
    return now - lastHeard;
  }
}
