package dev.trefoil.internal;

import dev.trefoil.Idle;
import dev.trefoil.spi.Looks;
import java.util.function.BooleanSupplier;

/**
 * Looks again for a short while before a thread goes to sleep, as long as that pays off: a wake-up
 * costs tens of microseconds, and so does a look that was in vain. Any thread may call it; the
 * budget is a hint, so that races on it do no harm.
 */
final class Spinner {
  private static final int LONGEST_NANOS = 20_000;
  private static final int SHORTEST_NANOS = 1_000;
  private static final int PROBE_EVERY = 64;

  /** A thread that spins on looks so often whether it can help out in another way. */
  private static final long SLICE_NANOS = 20_000;

  private final Idle idle;
  private int budgetNanos;
  private int calls;

  Spinner(Idle idle) {
    this.idle = idle;
  }

  /** {@return whether a thread does not sleep, but calls {@link #spin} again} */
  boolean neverSleeps() {
    return idle == Idle.SPIN;
  }

  /**
   * Looks until it is ready, the budget is used up, the deadline is there or the thread is
   * interrupted. A thread that never sleeps looks for a moment only, too, and then calls again.
   */
  boolean spin(BooleanSupplier ready, long deadlineNanos) {
    if (ready.getAsBoolean()) {
      return true;
    }
    if (idle == Idle.SPIN) {
      boolean is = spinUntil(ready, Math.min(deadlineNanos, System.nanoTime() + SLICE_NANOS));
      if (!is) {
        Looks.giveTurn(); // to one that spins too, and would make it ready if it had a processor
      }
      return is;
    }
    int budget = budgetNanos;
    if (budget < SHORTEST_NANOS) {
      // It did not pay off lately: try again only now and then.
      if (++calls % PROBE_EVERY != 0) {
        return false;
      }
      budget = LONGEST_NANOS;
    }
    long now = System.nanoTime();
    long end = now + Math.min(budget, Math.max(0, deadlineNanos - now));
    boolean paid = spinUntil(ready, end);
    budgetNanos = paid ? Math.min(LONGEST_NANOS, budget * 2) : budget / 2;
    return paid;
  }

  private static boolean spinUntil(BooleanSupplier ready, long endNanos) {
    while (!ready.getAsBoolean()) {
      if (System.nanoTime() - endNanos >= 0 || Thread.currentThread().isInterrupted()) {
        return ready.getAsBoolean();
      }
      Thread.onSpinWait();
    }
    return true;
  }
}
