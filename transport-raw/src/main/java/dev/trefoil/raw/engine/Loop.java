package dev.trefoil.raw.engine;

import dev.trefoil.Idle;
import dev.trefoil.spi.Timekeeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with one selector. It reads, accepts, finishes connects, writes what callers could
 * not, and looks at deadlines; it never blocks but in select, and takes locks for moments only.
 */
final class Loop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
  private static final long LONGEST_WAIT_MILLIS = 10_000;

  private final Selector selector;
  private final Timekeeper timekeeper;
  private final boolean spin;
  private final LoopThread thread;
  private final MpscUnboundedArrayQueue<Runnable> tasks = new MpscUnboundedArrayQueue<>(256);
  private final AtomicBoolean awake = new AtomicBoolean(true);
  private final Consumer<SelectionKey> dispatch = Loop::dispatch;

  // Confined to the loop.
  private final PriorityQueue<Timed.Due> dues =
      new PriorityQueue<>((a, b) -> Long.signum(a.at - b.at));
  private List<Writer> dirty = new ArrayList<>();
  private List<Writer> flushing = new ArrayList<>();
  private final ByteBuffer readBuffer = BufferPool.take();
  private final ByteBuffer writeBuffer = BufferPool.take();

  private volatile boolean stopped;

  Loop(String name, Timekeeper timekeeper, Idle idle) throws IOException {
    this.selector = Selector.open();
    this.timekeeper = timekeeper;
    this.spin = idle == Idle.SPIN;
    this.thread = new LoopThread(this, name);
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

  /** {@return the loop that the caller runs on, or null} */
  static @Nullable Loop current() {
    return Thread.currentThread() instanceof LoopThread own ? own.loop : null;
  }

  void start() {
    thread.start();
  }

  /** Runs a task on the loop soon. Any thread. */
  void execute(Runnable task) {
    tasks.offer(task);
    if (!awake.get() && awake.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** Registers a channel; on the loop. */
  SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
    return channel.register(selector, operations, ready);
  }

  /** Has the selector let go of channels that were closed; on the loop. */
  void purge() {
    try {
      selector.selectNow(dispatch);
    } catch (IOException e) {
      LOG.debug("letting go of closed channels failed", e);
    }
  }

  /** Has something look at the time, no later than this; on the loop. */
  void schedule(Timed timed, long at) {
    if (at == Long.MAX_VALUE || (timed.due != null && timed.due.at - at <= 0)) {
      return;
    }
    unschedule(timed);
    timed.due = new Timed.Due(at, timed);
    dues.add(timed.due);
  }

  /** Takes {@link #schedule} back, and lets go of the object; on the loop. */
  void unschedule(Timed timed) {
    if (timed.due != null) {
      timed.due.owner = null;
      timed.due = null;
    }
  }

  /** Has a connection flushed at the end of this round; on the loop. */
  void markDirty(Writer writer) {
    dirty.add(writer);
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
        round();
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.error("an I/O loop ends: its selector failed", e);
    } finally {
      end();
    }
  }

  private void round() throws IOException {
    select();
    awake.set(true);
    runTasks();
    expire();
    flushDirty();
  }

  private void select() throws IOException {
    if (spin) {
      selector.selectNow(dispatch);
      Thread.onSpinWait();
      return;
    }
    long wait = untilNextDue();
    awake.set(false);
    if (wait == 0 || !tasks.isEmpty() || stopped) {
      selector.selectNow(dispatch);
    } else {
      selector.select(dispatch, wait);
    }
  }

  private long untilNextDue() {
    Timed.Due next = dues.peek();
    if (next == null) {
      return LONGEST_WAIT_MILLIS;
    }
    long nanos = next.at - timekeeper.nanoTime();
    return nanos <= 0 ? 0 : Math.min(LONGEST_WAIT_MILLIS, nanos / 1_000_000 + 1);
  }

  private static void dispatch(SelectionKey key) {
    try {
      ((Ready) key.attachment()).ready(key.readyOps());
    } catch (CancelledKeyException e) {
      LOG.trace("a channel was closed while it was looked at", e);
    } catch (RuntimeException e) {
      LOG.error("a channel's event failed", e);
    }
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
    } catch (RuntimeException e) {
      LOG.error("a task of an I/O loop failed", e);
    }
  }

  private void expire() {
    if (dues.isEmpty()) {
      return;
    }
    long now = timekeeper.nanoTime();
    for (Timed.Due next = dues.peek(); next != null && next.at - now <= 0; next = dues.peek()) {
      dues.poll();
      Timed owner = next.owner;
      if (owner != null) {
        owner.due = null;
        long again = Long.MAX_VALUE;
        try {
          again = owner.tick(now);
        } catch (RuntimeException e) {
          LOG.error("a deadline's action failed", e);
        }
        schedule(owner, again);
      }
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
      now.get(i).flushOnLoop(this);
    }
    now.clear();
  }

  /** Ends the thread; what is registered is closed by its owners before. Any thread. */
  void stop() {
    stopped = true;
    selector.wakeup();
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
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("closing a selector failed", e);
    }
    BufferPool.give(readBuffer);
    BufferPool.give(writeBuffer);
  }
}
