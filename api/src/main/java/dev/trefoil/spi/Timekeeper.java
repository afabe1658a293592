package dev.trefoil.spi;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * The clock, the timer and the source of chance. Transports and timers know no other time, so that
 * tests and simulations can hand in a time of their own, and repeat what chance made; only threads
 * that wait in a call sleep by the system's clock.
 *
 * <p>Any thread may call it.
 */
public abstract class Timekeeper {
  /** For subclasses. */
  protected Timekeeper() {}

  /** {@return the time in nanoseconds; only differences mean something} */
  public abstract long nanoTime();

  /**
   * Runs a task later, on the timer's thread. The task must be short and must not block.
   *
   * @param delayNanos from now; not early, and late by about a millisecond at most when idle
   * @param task what to run; what it throws is logged
   * @return for taking it back
   */
  public abstract Timeout schedule(long delayNanos, Runnable task);

  /**
   * Where identifiers and the jitter of pauses come from; nothing that must be hard to guess.
   *
   * @return good for the calling thread, and not to be kept for others; the JDK's by default
   */
  public RandomGenerator random() {
    return ThreadLocalRandom.current();
  }

  /** A task that waits for its time. */
  public abstract static class Timeout {
    /** For subclasses. */
    protected Timeout() {}

    /**
     * Takes the task back, and lets go of it at once.
     *
     * @return false if it has run, runs now, or was taken back before
     */
    public abstract boolean cancel();
  }
}
