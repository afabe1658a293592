package dev.trefoil.zmq;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells whether a loop stands still: it has neither worked on anything nor run a task that was
 * posted for that purpose. A thread that is only slow, or a process that was stopped as a whole,
 * does not count: each look has to find nothing new, and real time has to pass as well.
 *
 * <p>{@link #moved} is the loop's, {@link #answered} any thread's, {@link #look} the watchdog's.
 */
final class Stillness {
  private static final int LOOKS = 8;
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final AtomicLong moves = new AtomicLong();
  private volatile boolean asked;
  private long seen;
  private int still;
  private long sinceNanos;

  /** The loop begins something. */
  void moved() {
    moves.setOpaque(moves.getPlain() + 1);
  }

  /** The loop has run the task that {@link #look} asked for. */
  void answered() {
    asked = false;
  }

  /** One look; returns whether the loop is to be asked to call {@link #answered}. */
  boolean look(long now) {
    boolean asks = !asked;
    long moved = moves.getOpaque();
    if (asks || moved != seen) {
      asked = true;
      seen = moved;
      still = 0;
      sinceNanos = now;
    } else {
      still++;
    }
    return asks;
  }

  /** {@return whether nothing happened for so long that nothing is to be expected any more} */
  boolean standsStill(long now) {
    return still >= LOOKS && now - sinceNanos >= LEAST_NANOS;
  }
}
