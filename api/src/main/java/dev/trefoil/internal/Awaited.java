package dev.trefoil.internal;

import dev.trefoil.spi.Helm;
import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A request whose caller waits on its own thread, and watches its own deadline. */
final class Awaited extends Pending implements BooleanSupplier {
  private final Thread waiter = Thread.currentThread();

  /** What the waiter steers meanwhile, if it does. */
  private volatile @Nullable Helm helm;

  Awaited(byte[] body, long startNanos, long deadlineNanos, boolean repeatable) {
    super(body, startNanos, deadlineNanos, repeatable);
  }

  /** Waits for the end; null if the deadline came first. */
  @Nullable Result await(Timekeeper time, Spinner spinner) throws InterruptedException {
    boolean spun = false;
    while (!isEnded()) {
      long left = deadlineNanos - time.nanoTime();
      if (left <= 0) {
        return null;
      }
      if (!steer(left)) {
        if (!spun && spinner.spin(this, deadlineNanos)) {
          return result();
        }
        spun = !spinner.neverSleeps();
        if (spun) {
          LockSupport.parkNanos(this, left);
        }
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for a reply");
      }
    }
    return result();
  }

  /** Reads the reply by itself, if nobody else is at it. */
  private boolean steer(long nanos) {
    RequestLane with = lane();
    Helm lent = with == null ? null : with.target().helm();
    if (lent == null || Threads.isVirtual()) {
      return false;
    }
    helm = lent;
    boolean steered = lent.steer(this, nanos);
    helm = null;
    return steered;
  }

  @Override
  void wake() {
    if (Thread.currentThread() == waiter) {
      return;
    }
    Helm steered = helm;
    if (steered != null) {
      steered.wake();
    }
    LockSupport.unpark(waiter);
  }

  @Override
  boolean needsTimer() {
    return false; // the waiter watches
  }

  @Override
  public boolean getAsBoolean() {
    return isEnded();
  }
}
