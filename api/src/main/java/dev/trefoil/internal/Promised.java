package dev.trefoil.internal;

import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.SendBatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A request whose caller holds a future: cancelling that ends the request. */
final class Promised<R> extends Pending implements Runnable {
  private final RequestCore<?, R> core;
  private final CompletableFuture<R> future = new Reply();

  Promised(
      RequestCore<?, R> core,
      byte[] body,
      long startNanos,
      long deadlineNanos,
      boolean repeatable) {
    super(body, startNanos, deadlineNanos, repeatable);
    this.core = core;
  }

  CompletableFuture<R> future() {
    return future;
  }

  @Override
  void wake() {
    Result how = result();
    if (how != null && how.outcome() != Outcome.CANCELLED) {
      core.complete(this);
    }
  }

  /** Ends the future, once it is decided how. */
  @Override
  public void run() {
    try {
      future.complete(core.value(result()));
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }

  /** What the user holds. However it ends, by {@code orTimeout} too, the request ends with it. */
  private final class Reply extends CompletableFuture<R> {
    @Override
    public boolean complete(R value) {
      return ended(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
      return ended(super.completeExceptionally(error));
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      return ended(super.cancel(mayInterrupt));
    }

    private boolean ended(boolean now) {
      if (now && !isEnded()) {
        core.cancel(Promised.this);
      }
      return now;
    }

    // Who waits for it in a handler has sent the request before.

    @Override
    public R get() throws InterruptedException, ExecutionException {
      SendBatch.beforeWaiting();
      return super.get();
    }

    @Override
    public R get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      SendBatch.beforeWaiting();
      return super.get(timeout, unit);
    }

    @Override
    public R join() {
      SendBatch.beforeWaiting();
      return super.join();
    }
  }
}
