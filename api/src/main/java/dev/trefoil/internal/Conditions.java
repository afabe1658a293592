package dev.trefoil.internal;

import java.util.concurrent.locks.Condition;

/** One step of a waiting loop whose caller looks at its condition, and the clock, again. */
final class Conditions {
  private Conditions() {}

  @SuppressWarnings({"WaitNotInLoop", "CheckReturnValue"}) // the loop is the caller's
  static void awaitOnce(Condition condition, long nanos) throws InterruptedException {
    condition.awaitNanos(nanos);
  }
}
