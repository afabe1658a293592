package dev.trefoil.tck;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * A call that may block, on a thread of its own: one that never returns fails the test and shows
 * where it stands, instead of hanging it.
 */
final class Call<T extends @Nullable Object> {
  private final String what;
  private final FutureTask<T> task;
  private final Thread thread;

  private Call(String what, Callable<T> body) {
    this.what = what;
    this.task = new FutureTask<>(body);
    this.thread = new Thread(task, "tck " + what);
    this.thread.setDaemon(true);
  }

  static <T extends @Nullable Object> Call<T> start(String what, Callable<T> body) {
    Call<T> call = new Call<>(what, body);
    call.thread.start();
    return call;
  }

  /** Waits for the call and gives what it returned; what it threw fails the test. */
  T result(Duration limit) throws Exception {
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new AssertionFailedError(what + " failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw hanging(limit);
    }
  }

  /** Waits for the call and gives what it threw; a call that returns fails the test. */
  Throwable failure(Duration limit) throws Exception {
    try {
      T result = task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      throw new AssertionFailedError(what + " should have failed, but returned " + result);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause == null ? e : cause;
    } catch (TimeoutException e) {
      throw hanging(limit);
    }
  }

  boolean isDone() {
    return task.isDone();
  }

  /** Waits until the call's thread waits for something. */
  Call<T> awaitBlocked(Duration limit) {
    Awaitility.await(what + " to block")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> task.isDone() || isWaiting(thread.getState()));
    if (task.isDone()) {
      throw new AssertionFailedError(what + " should wait, but returned at once");
    }
    return this;
  }

  private static boolean isWaiting(Thread.State state) {
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Ends the thread, whatever it does; the test is over. */
  void end(Duration limit) throws InterruptedException {
    if (!task.isDone()) {
      thread.interrupt();
    }
    thread.join(limit.toMillis());
  }

  private AssertionFailedError hanging(Duration limit) {
    return new AssertionFailedError(
        what + " did not return within " + limit + "; it stands here: " + Stacks.text(thread));
  }
}
