package dev.trefoil.internal;

import dev.trefoil.Execution;
import dev.trefoil.spi.Helm;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends futures where their callbacks may run: on the handler executor, or on the thread at hand
 * with {@code Execution.INLINE}. A future ends in any case, also when the executor takes no more
 * work: then on the thread at hand.
 */
final class Completions {
  /** What is run even if its executor is shut down before its turn comes. */
  record Ending(Runnable completion) implements Runnable {
    @Override
    public void run() {
      completion.run();
    }
  }

  private final boolean inline;
  private final Dispatcher<Runnable> dispatcher;
  private final ReceiveQueue<Runnable> queue =
      new ReceiveQueue<>(Integer.MAX_VALUE, Long.MAX_VALUE, () -> {});

  /**
   * Makes some.
   *
   * @param helm what a thread steers that has ended all futures and waits for more
   */
  Completions(MessagingCore messaging, Execution execution, Supplier<@Nullable Helm> helm) {
    this.inline = execution == Execution.INLINE;
    Executor executor = messaging.callbacks();
    this.dispatcher =
        new Dispatcher<>(
            task -> executor.execute(new Ending(task)),
            messaging.timekeeper(),
            Threads.POOL_SIZE,
            queue,
            (ending, owner, now) -> {
              ending.run();
              return now;
            },
            () -> {},
            waiting(messaging, helm)) {
          @Override
          boolean refused(Throwable why) {
            runHere();
            return false;
          }
        };
  }

  private Dispatcher.@Nullable Waiting waiting(
      MessagingCore messaging, Supplier<@Nullable Helm> helm) {
    return messaging.ownsExecutor()
        ? new Dispatcher.Waiting(
            queue::mayHaveItems, helm, new Spinner(messaging.idle()), messaging.callbacks())
        : null;
  }

  void run(Runnable completion) {
    if (inline) {
      completion.run();
    } else {
      hand(completion);
    }
  }

  /** Has it run by the executor, also if the futures of this role end inline. */
  void hand(Runnable completion) {
    queue.put(completion, 0, null);
    dispatcher.wake();
  }

  /**
   * As {@link #run}, and counts a message of the owner's that it is the end of. It is run by the
   * executor after {@link #batchEnd} at the latest, which must follow on the same thread.
   */
  void stage(Runnable completion, int bytes, SlotMetrics owner) {
    if (inline) {
      owner.port.received(bytes);
      completion.run();
    } else {
      boolean unused = queue.stage(completion, bytes, owner);
    }
  }

  /** What was staged is run now. */
  void batchEnd() {
    queue.endStage();
    dispatcher.wake();
  }

  /** {@return whether the caller runs completions, and will steer when it has run all} */
  boolean isWorkerThatSteers() {
    return dispatcher.isWorkerThatSteers();
  }

  /** From now on each future ends as soon as a thread can be had, as the timer may be gone. */
  void hurry() {
    dispatcher.hurry();
  }
}
