package dev.trefoil.raw.engine;

import dev.trefoil.Idle;
import dev.trefoil.spi.Timekeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One selector and the thread that it belongs to. In rounds it reads, accepts, finishes connects,
 * writes what callers could not, and looks at deadlines; it never blocks but in select, and takes
 * locks for moments only. The rounds are done by whoever has the {@link LoopHelm}: "on the loop"
 * means by that thread.
 */
final class Loop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final long LONGEST_WAIT_NANOS = 10_000_000_000L;

  /** Before a failed selector is replaced: what goes on failing must not use up a processor. */
  private static final long FAILED_PAUSE_NANOS = 10_000_000;

  private final Lookout lookout;
  private final Timekeeper timekeeper;
  private final LoopThread thread;
  private final LoopHelm helm;
  private final MpscUnboundedArrayQueue<Runnable> tasks = new MpscUnboundedArrayQueue<>(256);

  // Confined to the loop.
  private final Deadlines deadlines = new Deadlines();
  private List<Writer> dirty = new ArrayList<>();
  private List<Writer> flushing = new ArrayList<>();
  private final ByteBuffer readBuffer = BufferPool.take();
  private final ByteBuffer writeBuffer = BufferPool.take();
  private final LossWatch losses = new LossWatch(this);

  private volatile boolean stopped;

  Loop(
      String name,
      Timekeeper timekeeper,
      Idle idle,
      AtomicInteger inlinePorts,
      LoopSelector.Source selectors)
      throws IOException {
    this.lookout = new Lookout(this, selectors, idle == Idle.SPIN);
    this.timekeeper = timekeeper;
    this.thread = new LoopThread(this, name);
    this.helm = new LoopHelm(this, thread, inlinePorts);
  }

  /** A thread that knows its loop. */
  static final class LoopThread extends Thread {
    private final Loop loop;

    LoopThread(Loop loop, String name) {
      super(loop, name);
      this.loop = loop;
      setDaemon(true);
    }
  }

  /** {@return the loop whose own thread the caller is, or null} */
  static @Nullable Loop current() {
    return Thread.currentThread() instanceof LoopThread own ? own.loop : null;
  }

  /** {@return whether the caller does this loop's rounds} */
  boolean isCallers() {
    return helm.isCallers();
  }

  /** {@return whether the caller, who does the rounds, is not this loop's own thread} */
  boolean isLent() {
    return Thread.currentThread() != thread;
  }

  /** {@return where the rounds are done} */
  LoopHelm helm() {
    return helm;
  }

  void start() {
    thread.start();
  }

  /** Runs a task on the loop soon. Any thread. */
  void execute(Runnable task) {
    tasks.offer(task);
    lookout.wake();
    if (helm.isFree()) {
      helm.call();
    }
  }

  /** {@return how it learns what is ready} */
  Lookout lookout() {
    return lookout;
  }

  /** {@return whether a task waits} */
  boolean hasTasks() {
    return !tasks.isEmpty();
  }

  /** {@return whether it is to end} */
  boolean isStopped() {
    return stopped;
  }

  /** Has something look at the time, no later than this; on the loop. */
  void schedule(Timed timed, long at) {
    deadlines.set(timed, at);
  }

  /** Takes {@link #schedule} back, and lets go of the object; on the loop. */
  void unschedule(Timed timed) {
    deadlines.forget(timed);
  }

  /** Has a connection flushed at the end of this round; on the loop. */
  void markDirty(Writer writer) {
    dirty.add(writer);
  }

  /** {@return what tells of lost connections that are not read; on the loop} */
  LossWatch losses() {
    return losses;
  }

  /** {@return the buffer to read into; on the loop} */
  ByteBuffer readBuffer() {
    return readBuffer;
  }

  /** {@return the buffer to write from; on the loop} */
  ByteBuffer writeBuffer() {
    return writeBuffer;
  }

  @Override
  public void run() {
    try {
      while (!stopped) {
        try {
          helm.keep();
        } catch (IOException | UncheckedIOException e) {
          LOG.error("the selector of an I/O loop failed: its connections are lost", e);
          replaceSelector();
        }
      }
    } finally {
      end();
    }
  }

  /** Goes on with a new selector, and tells all whose channels were registered with the old one. */
  private void replaceSelector() {
    List<Ready> orphans = null;
    while (orphans == null && !stopped) {
      LockSupport.parkNanos(this, FAILED_PAUSE_NANOS);
      try {
        orphans = lookout.replace();
      } catch (IOException e) {
        LOG.debug("no selector is to be had; it is tried again", e);
      }
    }
    if (orphans != null) {
      orphans.forEach(orphan -> runSafely(orphan::orphaned));
    }
  }

  /** One round, of its own thread. */
  void round() throws IOException {
    round(this::isStopped, LONGEST_WAIT_NANOS);
  }

  /** Rounds of a thread that waits for something; as {@link LoopHelm#steer}. */
  void rounds(BooleanSupplier until, long nanos, AtomicInteger inlinePorts) throws IOException {
    long end = System.nanoTime() + nanos;
    long left = nanos;
    while (left > 0
        && !until.getAsBoolean()
        && !stopped
        && inlinePorts.get() == 0
        && !Thread.currentThread().isInterrupted()) {
      round(until, Math.min(left, LONGEST_WAIT_NANOS));
      left = end - System.nanoTime();
    }
  }

  private void round(BooleanSupplier until, long mostNanos) throws IOException {
    long wait = lookout.neverSleeps() ? 0 : Math.min(mostNanos, nanosToNextDue());
    boolean askedAll = lookout.watch(until, wait);
    runTasks();
    if (askedAll) {
      expire();
    }
    flushDirty();
  }

  private long nanosToNextDue() {
    long next = deadlines.first();
    return next == Long.MAX_VALUE
        ? LONGEST_WAIT_NANOS
        : Math.max(0, Math.min(LONGEST_WAIT_NANOS, next - timekeeper.nanoTime()));
  }

  private void runTasks() {
    // No more than are there now, so that tasks that beget tasks do not starve the sockets.
    for (int left = tasks.size(); left > 0; left--) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      runSafely(task);
    }
  }

  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a task of an I/O loop failed", e);
      giveUp(task, e);
    }
  }

  /** Has a channel end whose work failed halfway: it would go on with what is not true any more. */
  static void giveUp(Object owner, Throwable why) {
    if (owner instanceof Ready channel) {
      try {
        channel.failed(why);
      } catch (RuntimeException | Error e) {
        LOG.error("giving a channel up failed", e);
      }
    }
  }

  private void expire() {
    if (deadlines.isEmpty()) {
      return;
    }
    long now = timekeeper.nanoTime();
    for (Timed due = deadlines.next(now); due != null; due = deadlines.next(now)) {
      long again = Long.MAX_VALUE;
      try {
        again = due.tick(now);
      } catch (RuntimeException | Error e) {
        LOG.error("a deadline's action failed", e);
        giveUp(due, e);
      }
      schedule(due, again);
      deadlines.release(due);
    }
  }

  private void flushDirty() {
    if (dirty.isEmpty()) {
      return;
    }
    List<Writer> now = dirty;
    dirty = flushing;
    flushing = now;
    for (int i = 0; i < now.size(); i++) {
      try {
        now.get(i).flushOnLoop(this);
      } catch (RuntimeException | Error e) { // whoever steers must not be told of it
        now.get(i).failed(e);
      }
    }
    now.clear();
  }

  /** Ends the thread; what is registered is closed by its owners before. Any thread. */
  void stop() {
    stopped = true;
    lookout.alarm();
    helm.call();
  }

  /** Waits for the thread's end. */
  void join(long millis) throws InterruptedException {
    if (thread.getState() == Thread.State.NEW) {
      end();
    } else if (Thread.currentThread() != thread) {
      thread.join(millis);
    }
  }

  private void end() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      runSafely(task);
    }
    losses.close();
    lookout.close();
    BufferPool.give(readBuffer);
    BufferPool.give(writeBuffer);
  }
}
