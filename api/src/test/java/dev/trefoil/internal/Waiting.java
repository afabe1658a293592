package dev.trefoil.internal;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Threads of tests: bounded, and looked at rather than slept for. */
public final class Waiting {
  public static final Duration LIMIT = Duration.ofSeconds(20);

  private Waiting() {}

  /** A call on a thread of its own. */
  public static final class Running<T> {
    public final Thread thread;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Running(Callable<T> call) {
      thread =
          new Thread(
              () -> {
                try {
                  result.complete(call.call());
                } catch (Throwable e) {
                  result.completeExceptionally(e);
                }
              },
              "test-caller");
      thread.setDaemon(true);
      thread.start();
    }

    /** Waits until the call waits for something. */
    public Running<T> untilItWaits() {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(2))
          .until(
              () ->
                  thread.getState() == Thread.State.WAITING
                      || thread.getState() == Thread.State.TIMED_WAITING);
      return this;
    }

    public boolean isDone() {
      return result.isDone();
    }

    public T get() throws Exception {
      return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    /** What the call threw. */
    public Throwable error() throws Exception {
      return result.handle((value, error) -> error).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  public static <T> Running<T> run(Callable<T> call) {
    return new Running<>(call);
  }
}
