package dev.trefoil.internal;

import dev.trefoil.spi.Helm;
import dev.trefoil.spi.SendBatch;
import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work over a queue: workers on an executor, as many as pay and at most as many as allowed.
 *
 * <p>What is done in a moment is done by one worker, since waking another one takes longer: there
 * is a further worker only when what waits would keep those at work busy for {@link
 * #BACKLOG_NANOS}, judged by how long the work took lately, and at once only as many as there are
 * processors, since more would take them from each other. A guard looks a millisecond later: as
 * long as nothing moves, or what waits would take long, it starts more, each time twice as many; so
 * handlers that wait for something hold up what is behind them for some milliseconds at most.
 *
 * <p>{@code looking} counts the workers that will look at the queue before anything else, {@code
 * idle} those among them that wait for something to come. Whoever lowers {@code looking} looks at
 * the queue afterwards, so that no message waits for a worker that is busy.
 *
 * @param <E> what is queued
 */
class Dispatcher<E> {
  /** What a worker does with each message. */
  interface Work<E> {
    /**
     * Does it.
     *
     * @param nowNanos the time, just read
     * @return the time afterwards, or the same if it was not looked at
     */
    long run(E item, @Nullable SlotMetrics owner, long nowNanos);
  }

  /**
   * How a worker waits for more: until it is ready, by steering, spinning or sleeping.
   *
   * @param line what the worker has its thread of
   */
  record Waiting(
      BooleanSupplier ready, Supplier<@Nullable Helm> helm, Spinner spinner, Executor line) {
    /** Waits until it is ready or the time is up, in the way that wakes soonest. */
    void await(ReceiveQueue<?> queue, long nanos) throws InterruptedException {
      long deadline = System.nanoTime() + nanos;
      boolean spun = false;
      for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted while waiting for work");
        }
        if (ready.getAsBoolean()) {
          return;
        }
        if (!queue.steer(helm.get(), ready, left)) {
          if (!spun && spinner.spin(ready, deadline)) {
            return;
          }
          spun = !spinner.neverSleeps();
          if (spun) {
            queue.await(left);
          }
        }
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** Then a worker goes to the end of the executor's line, so that roles share a small pool. */
  private static final int TURN = 1_024;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long a worker waits for more before it ends. */
  private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** What waits is worth a further worker when it would take those at work so long. */
  private static final long BACKLOG_NANOS = 100_000;

  private static final long GUARD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * The same of work that takes so little that another processor would not be worth its wake-up.
   */
  private static final long TINY_BACKLOG_NANOS = 1_000_000;

  private static final long TINY_NANOS = 2_000;

  /** What waits so long, by the average, is worth more workers than there are processors. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int PROCESSORS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** What takes less, by the average, is done so many at a time: accounting for each costs more. */
  private static final long QUICK_NANOS = 5_000;

  private static final int STRIDE = 32;

  /** What is sent meanwhile waits for the others so long, when work turns out not to be quick. */
  private static final long STRIDE_NANOS = 50_000;

  private static final int CLOCK_EVERY = 4;

  /** One measurement counts this part of the average, and no more than so long. */
  private static final int WEIGHT = 8;

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Executor executor;
  private final Timekeeper time;
  private final int limit;
  private final ReceiveQueue<E> queue;
  private final Work<E> work;
  private final Runnable onIdle;
  private final @Nullable Waiting waiting;
  private final AtomicInteger workers = new AtomicInteger();
  private final AtomicInteger looking = new AtomicInteger();
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicBoolean retrying = new AtomicBoolean();
  private final AtomicBoolean guarded = new AtomicBoolean();

  /** How long the work took lately: a hint, raced on. Until it is known, it is slow. */
  private volatile long averageNanos = SLOW_NANOS;

  private volatile long lastNanos = SLOW_NANOS;
  private volatile int taken;
  private volatile boolean hurried;

  /** How many more workers the guard starts at once; the timer's. */
  private volatile int burst = 1;

  /**
   * Makes one.
   *
   * @param waiting how workers wait for more; null if they end at once, since the executor is not
   *     ours to keep a thread of
   */
  Dispatcher(
      Executor executor,
      Timekeeper time,
      int limit,
      ReceiveQueue<E> queue,
      Work<E> work,
      Runnable onIdle,
      @Nullable Waiting waiting) {
    this.executor = executor;
    this.time = time;
    this.limit = limit;
    this.queue = queue;
    this.work = work;
    this.onIdle = onIdle;
    this.waiting = waiting;
  }

  /** There may be work: sees to it that somebody does it. */
  void wake() {
    if (idle.get() > 0) {
      queue.batchEnd();
    }
    startWorkers();
  }

  private void startWorkers() {
    startWorkers(PROCESSORS);
  }

  private void startWorkers(int most) {
    while (true) {
      int now = workers.get();
      int waits = queue.sizeHint() - looking.get();
      if (now >= limit || waits <= 0) {
        return;
      }
      if (!hurried && now > 0 && (now >= most || wouldTake(waits, now) < backlog())) {
        guard();
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

  private long backlog() {
    return averageNanos < TINY_NANOS ? TINY_BACKLOG_NANOS : BACKLOG_NANOS;
  }

  private long wouldTake(int waits, int now) {
    return waits * averageNanos / now;
  }

  /** Has the timer look whether what was left to those at work is done soon indeed. */
  private void guard() {
    if (guarded.compareAndSet(false, true)) {
      int before = taken;
      time.schedule(GUARD_NANOS, () -> look(before));
    }
  }

  private void look(int before) {
    guarded.set(false);
    int now = workers.get();
    int waits = queue.sizeHint() - looking.get();
    boolean stuck = taken == before && waits > 0;
    if (stuck) {
      averageNanos = SLOW_NANOS;
      lastNanos = SLOW_NANOS;
    }
    if (stuck || (now > 0 && wouldTake(waits, now) >= LATE_NANOS)) {
      burst = Math.min(limit, 2 * burst);
      startWorkers(Math.max(PROCESSORS, now + burst));
    } else {
      burst = 1;
      startWorkers();
    }
  }

  /** From now on a further worker is started whenever something waits. */
  void hurry() {
    hurried = true;
    wake();
  }

  private boolean start() {
    try {
      executor.execute(this::turn);
      return true;
    } catch (RuntimeException | Error e) { // the executor is the user's: it may throw anything
      looking.decrementAndGet();
      workers.decrementAndGet();
      return refused(e);
    }
  }

  /** The executor takes no work; {@return whether to go on starting workers}. */
  boolean refused(Throwable why) {
    if (retrying.compareAndSet(false, true)) {
      LOG.warn("the handler executor refuses work; trying again in 10 ms", why);
      time.schedule(RETRY_NANOS, this::retry);
    }
    return false;
  }

  /** Does all that waits on the calling thread. */
  final void runHere() {
    ReceiveQueue.Taken<E> next = new ReceiveQueue.Taken<>();
    for (E item = queue.poll(next); item != null; item = queue.poll(next)) {
      runOne(item, next.owner, time.nanoTime());
    }
  }

  private void retry() {
    retrying.set(false);
    wake();
  }

  private void turn() {
    SendBatch sends = new SendBatch(this);
    SendBatch before = sends.enter();
    boolean goesOn;
    try {
      goesOn = work(sends);
    } finally {
      sends.leave(before);
    }
    if (goesOn) {
      start(); // as the same worker, further back in the line
    } else {
      rest();
    }
  }

  /** {@return false if there was nothing more, true if the turn is over} */
  private boolean work(SendBatch sends) {
    ReceiveQueue.Taken<E> next = new ReceiveQueue.Taken<>();
    int left = TURN;
    while (left > 0 || !othersWait()) {
      E item = queue.poll(next);
      if (item != null) {
        left = Math.max(0, left) - stride(item, next, sends);
      } else {
        sends.end();
        if (!linger()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a worker that goes on keeps others from a thread; unless that can be told, it does. */
  private boolean othersWait() {
    return !(waiting != null && waiting.line() instanceof ThreadPoolExecutor pool)
        || !pool.getQueue().isEmpty();
  }

  /** {@return whether the caller is a worker of this that will look after more by steering} */
  final boolean isWorkerThatSteers() {
    return waiting != null && SendBatch.isOf(this) && !Threads.isVirtual();
  }

  /** Does a piece of work, and more in one go if it is quick; {@return how many}. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // taken is a hint
  private int stride(E item, ReceiveQueue.Taken<E> next, SendBatch sends) {
    taken++;
    looking.decrementAndGet();
    boolean more = next.more || queue.mayHaveItems(); // looked at afterwards, or it could be missed
    boolean quick = more && averageNanos < QUICK_NANOS;
    if (more) {
      startWorkers();
    }
    if (quick) {
      sends.begin();
    } else {
      sends.end();
    }
    long start = time.nanoTime();
    long now = runOne(item, next.owner, start);
    int done = 1;
    while (quick && done < STRIDE && now - start < STRIDE_NANOS) {
      E another = queue.poll(next);
      if (another == null) {
        break;
      }
      long before = now;
      now = runOne(another, next.owner, before);
      if (++done % CLOCK_EVERY == 0 && now == before) {
        now = time.nanoTime();
      }
    }
    long took = time.nanoTime() - start;
    if (took >= STRIDE_NANOS) {
      sends.end();
    }
    noteAverage(Math.min(SLOW_NANOS, took / done));
    looking.incrementAndGet();
    return done;
  }

  /** Of two measurements the lower one counts: a worker that was interrupted looks slow. */
  private void noteAverage(long measured) {
    long took = Math.min(measured, lastNanos);
    lastNanos = measured;
    long average = averageNanos;
    averageNanos = average == SLOW_NANOS ? took : average + (took - average) / WEIGHT;
  }

  /** Waits a little for more; {@return whether to look again}. One worker at a time does. */
  private boolean linger() {
    if (waiting == null || !idle.compareAndSet(0, 1)) {
      return false;
    }
    onIdle.run();
    try {
      waiting.await(queue, LINGER_NANOS);
      return queue.mayHaveItems();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      idle.set(0);
    }
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

  private long runOne(E item, @Nullable SlotMetrics owner, long now) {
    try {
      return work.run(item, owner, now);
    } catch (RuntimeException | Error e) {
      LOG.error("a handler's worker failed; it goes on with the next message", e);
      return now;
    }
  }

  /** How many handlers may be running. */
  int busy() {
    return workers.get() - idle.get();
  }
}
