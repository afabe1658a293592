package dev.trefoil.inproc;

import dev.trefoil.Idle;
import dev.trefoil.spi.Looks;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a {@code Messaging} here: runs tasks in the order in which they were posted.
 *
 * <p>It starts with the first task. No task is lost: {@link #post} says whether the task runs. The
 * number of tasks is bounded by the connections and by what users have called, since an end posts
 * no second task of a kind while the first one waits.
 */
final class InprocLoop {
  private static final Logger LOG = LoggerFactory.getLogger(InprocLoop.class);
  private static final int MOST_SPINS = 256;
  private static final int MOST_LOOKS = 512;
  private static final long SHORT_SLEEP_NANOS = 20_000;

  private final String threadName;
  private final Timekeeper timekeeper;
  private final boolean spinForever;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** Guards starting against ending. */
  private final ReentrantLock lifeLock = new ReentrantLock();

  private volatile @Nullable LoopThread thread;
  private volatile boolean ended;
  private volatile boolean sleeping;

  /** Used by the loop's thread only: how often looking again has paid off lately. */
  private int spins;

  private final Looks looks = new Looks(MOST_LOOKS);

  InprocLoop(TransportContext context) {
    this.threadName = "trefoil-" + context.label() + "-inproc";
    this.timekeeper = context.timekeeper();
    this.spinForever = context.idle() == Idle.SPIN;
  }

  /** {@return whether the calling thread is a loop, of whichever {@code Messaging}} */
  static boolean isAnyLoop() {
    return Thread.currentThread() instanceof LoopThread;
  }

  /** {@return whether the calling thread is this loop} */
  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Runs a task on the loop. Any thread may call it; never blocks.
   *
   * @return false if the loop has ended: the task does not run
   */
  boolean post(Runnable task) {
    tasks.add(task);
    if (ended) {
      // Either the loop still took it on its way out, or nobody will.
      return !tasks.remove(task);
    }
    Thread running = thread;
    if (running == null) {
      start();
    } else if (sleeping) {
      LockSupport.unpark(running);
    }
    return true;
  }

  /** Runs the tasks that are there, then ends the thread, and waits a second for that. */
  void end() {
    LoopThread running;
    lifeLock.lock();
    try {
      ended = true;
      running = thread;
    } finally {
      lifeLock.unlock();
    }
    if (running == null || isCurrent()) {
      return;
    }
    LockSupport.unpark(running);
    try {
      running.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start() {
    lifeLock.lock();
    try {
      if (thread == null && !ended) {
        LoopThread starting = new LoopThread();
        thread = starting;
        starting.start();
      }
    } finally {
      lifeLock.unlock();
    }
  }

  private void run() {
    while (!ended) {
      Runnable task = tasks.poll();
      if (task == null) {
        idle();
      } else {
        run(task);
      }
    }
    // Whoever did not see the end when posting has his task in the queue by now.
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      run(task);
    }
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      LOG.error("a task of the in-process transport failed; others go on", e);
    }
  }

  private void idle() {
    if (spinForever) {
      looks.inVain();
      return;
    }
    for (int i = 0; i < spins; i++) {
      if (!tasks.isEmpty()) {
        spins = Math.min(MOST_SPINS, spins + 16);
        return;
      }
      Thread.onSpinWait();
    }
    spins /= 2;
    long before = timekeeper.nanoTime();
    sleeping = true;
    // Whoever posts after this check sees that the thread sleeps, and wakes it.
    if (tasks.isEmpty() && !ended) {
      LockSupport.park(this);
    }
    sleeping = false;
    if (timekeeper.nanoTime() - before < SHORT_SLEEP_NANOS) {
      spins = Math.min(MOST_SPINS, spins + 64);
    }
  }

  /** A type of its own, so that a thread can be asked whether it is a loop. */
  private final class LoopThread extends Thread {
    private LoopThread() {
      super(threadName);
      setDaemon(true);
    }

    @Override
    public void run() {
      InprocLoop.this.run();
    }
  }
}
