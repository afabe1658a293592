package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A request whose caller waits on its own thread, and watches its own deadline. */
final class Awaited extends Pending implements BooleanSupplier {
  private final Thread waiter = Thread.currentThread();

  Awaited(int id, byte[] body, long startNanos, long deadlineNanos, boolean repeatable) {
    super(id, body, startNanos, deadlineNanos, repeatable);
  }

  /** Waits for the end; null if the deadline came first. */
  @Nullable Result await(Timekeeper time, Spinner spinner) throws InterruptedException {
    if (spinner.spin(this, deadlineNanos)) {
      return result();
    }
    while (!isEnded()) {
      long left = deadlineNanos - time.nanoTime();
      if (left <= 0) {
        return null;
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for a reply");
      }
    }
    return result();
  }

  @Override
  void wake(Result how) {
    LockSupport.unpark(waiter);
  }

  @Override
  public boolean getAsBoolean() {
    return isEnded();
  }
}
