package dev.trefoil.internal;

import dev.trefoil.Execution;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends futures where their callbacks may run: on the handler executor, or on the thread at hand
 * with {@code Execution.INLINE}. A future ends in any case, also when the executor takes no more
 * work.
 */
final class Completions {
  private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

  /** What is run even if its executor is shut down before its turn comes. */
  record Ending(Runnable completion) implements Runnable {
    @Override
    public void run() {
      completion.run();
    }
  }

  private final Executor executor;
  private final boolean inline;

  Completions(Executor executor, Execution execution) {
    this.executor = executor;
    this.inline = execution == Execution.INLINE;
  }

  void run(Runnable completion) {
    if (inline) {
      completion.run();
      return;
    }
    try {
      executor.execute(new Ending(completion));
    } catch (RuntimeException | Error e) { // the executor is the user's: it may throw anything
      LOG.debug("the handler executor takes no more work; a future ends on this thread", e);
      completion.run();
    }
  }
}
