package dev.trefoil.samples.compare.child;

import java.util.concurrent.locks.LockSupport;

/**
 * When the next message is due. At a fixed rate each is due at its own time, whether the one before
 * took long or not, so that waiting counts as the message's time (coordinated omission).
 */
final class Pace {
  /** Waking up takes about this long, so the last part of a wait is spent awake. */
  private static final long AWAKE_NANOS = 200_000;

  private final long periodNanos;
  private final Gauge gauge;
  private final long start = System.nanoTime();
  private long next;

  Pace(int rate, Gauge gauge) {
    this.periodNanos = rate == 0 ? 0 : 1_000_000_000L / rate;
    this.gauge = gauge;
  }

  boolean isFixed() {
    return periodNanos != 0;
  }

  /** The next message's time, at a fixed rate; nobody waits for it. */
  long following() {
    return start + periodNanos * next++;
  }

  /** Waits for the next message's time, as {@link System#nanoTime} has it; now without a rate. */
  @SuppressWarnings("ThreadPriorityCheck") // who else has work may have this processor
  long await() {
    if (periodNanos == 0) {
      return System.nanoTime();
    }
    long due = following();
    long left = due - System.nanoTime();
    while (left > 0 && !gauge.isOver()) {
      if (left > AWAKE_NANOS) {
        LockSupport.parkNanos(left - AWAKE_NANOS);
      } else {
        Thread.yield();
      }
      left = due - System.nanoTime();
    }
    return due;
  }
}
