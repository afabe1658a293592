package dev.trefoil.tck;

import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The system's time, for ports that are tested without a {@code Messaging} around them. */
final class SystemTimekeeper extends Timekeeper implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "tck timer"));

  SystemTimekeeper() {
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    Future<?> scheduled = timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    return new Timeout() {
      @Override
      public boolean cancel() {
        return scheduled.cancel(false);
      }
    };
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
