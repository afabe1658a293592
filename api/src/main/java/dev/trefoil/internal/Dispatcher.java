package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a role's handler over its queue: workers on the handler executor, as many as there is work
 * for and at most as many as the options allow. A worker that finds nothing more ends.
 *
 * <p>{@code looking} counts the workers that will look at the queue before anything else. Whoever
 * lowers it looks at the queue afterwards, so that no message waits for a worker that is busy.
 *
 * @param <E> what is queued
 */
final class Dispatcher<E> {
  /** What a worker does with each message. */
  interface Work<E> {
    void run(E item, SlotMetrics owner);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** Then a worker goes to the end of the executor's line, so that roles share a small pool. */
  private static final int TURN = 1_024;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Executor executor;
  private final Timekeeper time;
  private final int limit;
  private final ReceiveQueue<E> queue;
  private final Work<E> work;
  private final Runnable onIdle;
  private final AtomicInteger workers = new AtomicInteger();
  private final AtomicInteger looking = new AtomicInteger();
  private final AtomicBoolean retrying = new AtomicBoolean();

  Dispatcher(
      Executor executor,
      Timekeeper time,
      int limit,
      ReceiveQueue<E> queue,
      Work<E> work,
      Runnable onIdle) {
    this.executor = executor;
    this.time = time;
    this.limit = limit;
    this.queue = queue;
    this.work = work;
    this.onIdle = onIdle;
  }

  /** There may be work: starts workers for it. */
  void wake() {
    while (true) {
      int now = workers.get();
      if (now >= limit || queue.size() <= looking.get()) {
        return;
      }
      if (workers.compareAndSet(now, now + 1)) {
        looking.incrementAndGet();
        if (!start()) {
          return;
        }
      }
    }
  }

  private boolean start() {
    try {
      executor.execute(this::turn);
      return true;
    } catch (RuntimeException | Error e) { // the executor is the user's: it may throw anything
      looking.decrementAndGet();
      workers.decrementAndGet();
      if (retrying.compareAndSet(false, true)) {
        LOG.warn("the handler executor refuses work; trying again in 10 ms", e);
        time.schedule(RETRY_NANOS, this::retry);
      }
      return false;
    }
  }

  private void retry() {
    retrying.set(false);
    wake();
  }

  private void turn() {
    ReceiveQueue.Taken<E> taken = new ReceiveQueue.Taken<>();
    for (int i = 0; i < TURN; i++) {
      E item = queue.poll(taken);
      if (item == null) {
        rest();
        return;
      }
      SlotMetrics owner = taken.owner;
      if (owner != null) {
        work(item, owner, taken);
      }
    }
    start(); // as the same worker, further back in the line
  }

  private void work(E item, SlotMetrics owner, ReceiveQueue.Taken<E> taken) {
    if (limit == 1) {
      runOne(item, owner);
      return;
    }
    looking.decrementAndGet();
    if (workers.get() < limit && (taken.more || queue.mayHaveItems())) {
      wake();
    }
    runOne(item, owner);
    looking.incrementAndGet();
  }

  private void rest() {
    looking.decrementAndGet();
    workers.decrementAndGet();
    if (queue.isEmpty()) {
      onIdle.run();
    } else {
      wake(); // something came between the last look and the counts going down
    }
  }

  private void runOne(E item, SlotMetrics owner) {
    try {
      work.run(item, owner);
    } catch (RuntimeException | Error e) {
      LOG.error("a handler's worker failed; it goes on with the next message", e);
    }
  }

  /** How many handlers may be running. */
  int workers() {
    return workers.get();
  }
}
