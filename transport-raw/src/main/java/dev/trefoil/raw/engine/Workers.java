package dev.trefoil.raw.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads for what would hold up a loop: names that a server has to resolve, the arithmetic
 * of a TLS handshake. They start when there is work, and end when there has been none for a while.
 */
final class Workers {
  private static final int MOST_WAITING = 10_000;

  private final ThreadPoolExecutor threads;

  Workers(String name, int count) {
    AtomicInteger started = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            task -> {
              Thread thread = new Thread(task, name + "-" + started.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a task soon.
   *
   * @throws java.util.concurrent.RejectedExecutionException if too many wait, or after the end
   */
  void execute(Runnable task) {
    threads.execute(task);
  }

  void close() {
    threads.shutdownNow();
  }
}
