package dev.trefoil.tck;

import dev.trefoil.spi.Timekeeper;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test says so: hand it to {@code
 * Messaging.builder().timekeeper(...)}, or to a state machine, and call {@link #advance}.
 *
 * <p>Make one with the constructor. Any thread may call it; tasks run on the thread that calls
 * {@link #advance}, in the order of their times, one at a time and outside of the lock, so they may
 * schedule and cancel. There is nothing to close.
 */
public final class ManualTimekeeper extends Timekeeper {
  // Guards everything below. Never held while a task runs.
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long now;
  private long scheduled;

  /** Makes one that stands at zero. */
  public ManualTimekeeper() {
    this(0);
  }

  /**
   * Makes one that stands at a given time, such as one close to where a long overflows.
   *
   * @param startNanos what {@link #nanoTime} says at first
   */
  public ManualTimekeeper(long startNanos) {
    this.now = startNanos;
  }

  @Override
  public long nanoTime() {
    lock.lock();
    try {
      return now;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    lock.lock();
    try {
      Task added = new Task(now + Math.max(0, delayNanos), scheduled++, task);
      tasks.add(added);
      return added;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets time pass, and runs what falls due on the way, each task at its own time: also those that
   * other tasks schedule meanwhile. If a task throws, time stops there and the exception comes out.
   *
   * @param duration how much; zero runs what is due now
   */
  public void advance(Duration duration) {
    long end = nanoTime() + duration.toNanos();
    for (Task due = next(end); due != null; due = next(end)) {
      due.task.run();
    }
  }

  /** {@return how many tasks wait for their time} */
  public int pending() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Task next(long end) {
    lock.lock();
    try {
      Task first = tasks.peek();
      if (first == null || first.due - end > 0) {
        now = end - now > 0 ? end : now;
        return null;
      }
      tasks.remove();
      now = first.due - now > 0 ? first.due : now;
      return first;
    } finally {
      lock.unlock();
    }
  }

  private final class Task extends Timeout implements Comparable<Task> {
    private final long due;
    private final long number;
    private final Runnable task;

    private Task(long due, long number, Runnable task) {
      this.due = due;
      this.number = number;
      this.task = task;
    }

    @Override
    public boolean cancel() {
      lock.lock();
      try {
        return tasks.remove(this);
      } finally {
        lock.unlock();
      }
    }

    // By difference, since nanoTime may overflow; ties in the order of scheduling.
    @Override
    public int compareTo(Task other) {
      return due == other.due ? Long.compare(number, other.number) : Long.signum(due - other.due);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(number);
    }
  }
}
