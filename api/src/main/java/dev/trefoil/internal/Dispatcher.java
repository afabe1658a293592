package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a role's handler over its queue: workers on the handler executor, as many as there is work
 * for and at most as many as the options allow. A worker that finds nothing more ends.
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
      if (now >= limit || queue.size() <= (now == 0 ? 0 : now)) {
        return;
      }
      if (workers.compareAndSet(now, now + 1) && !start()) {
        return;
      }
    }
  }

  private boolean start() {
    try {
      executor.execute(this::turn);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.warn("the handler executor refuses work; trying again in 10 ms", e);
      workers.decrementAndGet();
      time.schedule(RETRY_NANOS, this::wake);
      return false;
    }
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
        runOne(item, owner);
      }
    }
    start(); // as the same worker, further back in the line
  }

  private void rest() {
    workers.decrementAndGet();
    if (queue.isEmpty()) {
      onIdle.run();
    } else {
      wake(); // something came between the last look and the count going down
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
