package dev.trefoil.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Bounded waits of closing threads: an interrupt does not end them, and is kept for later. */
final class Uninterruptibly {
  private static final long LONGEST = Long.MAX_VALUE / 4;
  private static final long LONGEST_SECONDS = TimeUnit.NANOSECONDS.toSeconds(LONGEST);

  private Uninterruptibly() {}

  /** Waits for something, at most for a time. */
  private interface Wait {
    boolean await(long nanos) throws InterruptedException;
  }

  static boolean await(CountDownLatch latch, Duration bound) {
    return run(nanos -> latch.await(nanos, TimeUnit.NANOSECONDS), bound);
  }

  static boolean awaitTermination(ExecutorService executor, Duration bound) {
    return run(nanos -> executor.awaitTermination(nanos, TimeUnit.NANOSECONDS), bound);
  }

  static boolean join(Thread thread, Duration bound) {
    return run(
        nanos -> {
          TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
          return !thread.isAlive();
        },
        bound);
  }

  private static long nanos(Duration bound) {
    return bound.toSeconds() >= LONGEST_SECONDS ? LONGEST : bound.toNanos();
  }

  private static boolean run(Wait wait, Duration bound) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + nanos(bound);
    try {
      while (true) {
        try {
          return wait.await(Math.max(0, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
