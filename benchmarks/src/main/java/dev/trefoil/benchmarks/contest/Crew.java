package dev.trefoil.benchmarks.contest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that run the loops of one side, when it needs more than one. Used by one thread; the
 * loops end by themselves when the gauge says stop.
 */
final class Crew {
  /** A loop. */
  @FunctionalInterface
  interface Loop {
    void run() throws Exception;
  }

  private final List<Loop> loops = new ArrayList<>();

  void add(Loop loop) {
    loops.add(loop);
  }

  /** Runs all, each in a thread of its own, until all have ended or one has failed. */
  void run() throws Exception {
    if (loops.isEmpty()) {
      return;
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    AtomicInteger running = new AtomicInteger(loops.size());
    for (Loop loop : loops) {
      Thread thread = new Thread(() -> run(loop, running, end), "crew");
      thread.setDaemon(true);
      thread.start();
    }
    try {
      end.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static void run(Loop loop, AtomicInteger running, CompletableFuture<Void> end) {
    try {
      loop.run();
      if (running.decrementAndGet() == 0) {
        end.complete(null);
      }
    } catch (Exception | Error e) {
      end.completeExceptionally(e);
    }
  }
}
