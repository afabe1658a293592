package dev.trefoil.samples.compare.child;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads of a side. One thread adds and joins them. */
final class Crew {
  private static final long LIMIT_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** What a thread does until it is done. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  void add(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Exception e) {
                failure.compareAndSet(null, e);
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Waits for the end of all, and fails as the first of them did. */
  void join() throws Exception {
    for (Thread thread : threads) {
      thread.join(LIMIT_MILLIS);
      if (thread.isAlive()) {
        check();
        throw new IOException(
            thread.getName() + " did not end within " + LIMIT_MILLIS / 1_000 + " s");
      }
    }
    check();
  }

  /** Fails if one of them failed. */
  void check() throws Exception {
    Exception first = failure.get();
    if (first != null) {
      throw first;
    }
  }
}
