package dev.trefoil.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Threads that run the loops of one side, when it needs more than one. Used by one thread; they end
 * by themselves when the gauge says stop.
 */
final class Crew {
  /** A loop. */
  @FunctionalInterface
  interface Loop {
    void run() throws Exception;
  }

  private final List<CompletableFuture<Void>> ends = new ArrayList<>();

  void start(Loop loop) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    ends.add(end);
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
                end.complete(null);
              } catch (Exception | Error e) {
                end.completeExceptionally(e);
              }
            },
            "crew-" + ends.size());
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until all have ended, or one has failed. */
  void join() throws Exception {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (CompletableFuture<Void> end : ends) {
      end.whenComplete(
          (nothing, failure) -> {
            if (failure != null) {
              failed.completeExceptionally(failure);
            }
          });
    }
    CompletableFuture<Void> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    try {
      CompletableFuture.anyOf(all, failed).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
