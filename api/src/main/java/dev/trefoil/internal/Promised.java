package dev.trefoil.internal;

import dev.trefoil.internal.Timings.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A request whose caller holds a future: cancelling that ends the request. */
final class Promised<R> extends Pending {
  private final BiConsumer<CompletableFuture<R>, Result> complete;
  private final CompletableFuture<R> future;

  Promised(
      int id,
      byte[] body,
      long startNanos,
      long deadlineNanos,
      boolean repeatable,
      BiConsumer<CompletableFuture<R>, Result> complete,
      Consumer<Pending> cancel) {
    super(id, body, startNanos, deadlineNanos, repeatable);
    this.complete = complete;
    this.future = new Reply<>(() -> cancel.accept(this));
  }

  CompletableFuture<R> future() {
    return future;
  }

  @Override
  void wake(Result how) {
    if (how.outcome() != Outcome.CANCELLED) {
      complete.accept(future, how);
    }
  }

  /** What the user holds. However it ends, by {@code orTimeout} too, the request ends with it. */
  private static final class Reply<R> extends CompletableFuture<R> {
    private final Runnable onEnd;

    Reply(Runnable onEnd) {
      this.onEnd = onEnd;
    }

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
      if (now) {
        onEnd.run();
      }
      return now;
    }
  }
}
