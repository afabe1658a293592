package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer of a {@code Messaging}: a wheel on the system's clock, and the thread that turns it
 * while tasks wait. The thread starts with the first task.
 *
 * <p>The lock guards the thread's start and end. The thread sleeps until the next task, not for a
 * tick, so that an idle program sleeps.
 */
final class TimerWheel extends Timekeeper {
  private static final Logger LOG = LoggerFactory.getLogger(TimerWheel.class);

  /** How long close waits for the thread, whose task may hang. */
  private static final Duration END = Duration.ofSeconds(1);

  private final String label;
  private final Wheel wheel = new Wheel(System.nanoTime());
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Thread thread;
  private volatile boolean closed;
  private volatile long sleepsUntil = Long.MAX_VALUE;

  TimerWheel(String label) {
    this.label = label;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    long due = System.nanoTime() + Math.min(Math.max(0, delayNanos), Long.MAX_VALUE / 4);
    Timeout timeout = wheel.add(due, task);
    Thread running = thread;
    if (running == null) {
      start();
    } else if (due - sleepsUntil < 0) {
      LockSupport.unpark(running);
    }
    return timeout;
  }

  private void start() {
    lock.lock();
    try {
      if (thread == null && !closed) {
        Thread started = new Thread(this::run, "trefoil-" + label + "-timer");
        started.setDaemon(true);
        thread = started;
        started.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (!closed) {
      for (Runnable task : wheel.advance(System.nanoTime())) {
        runOne(task);
      }
      // First say that every new task must wake this thread, then look: none can slip between.
      sleepsUntil = System.nanoTime() + Long.MAX_VALUE / 2;
      long next = wheel.nextNanos();
      if (next == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        sleepsUntil = next;
        LockSupport.parkNanos(this, Math.max(1, next - System.nanoTime()));
      }
      Thread.interrupted(); // nobody should, and it would make parking return at once for ever
    }
  }

  private static void runOne(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a timer task failed; the timer goes on", e);
    }
  }

  /** Ends the thread. Tasks that wait are forgotten. */
  void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      running = thread;
    } finally {
      lock.unlock();
    }
    if (running == null) {
      return;
    }
    LockSupport.unpark(running); // also when a task closes the timer: its thread parks after it
    if (running != Thread.currentThread()) {
      Uninterruptibly.join(running, END);
    }
  }

  int size() {
    return wheel.size();
  }
}
