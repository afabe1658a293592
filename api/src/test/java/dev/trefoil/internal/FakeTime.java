package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A clock that moves only when a test says so; tasks run on the thread that moves it. */
public final class FakeTime extends Timekeeper {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Task> tasks = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1_000_000_000L; // wraps around within the first second
  private long count;

  private final class Task extends Timeout {
    private final long due;
    private final long order;
    private final Runnable what;

    Task(long due, long order, Runnable what) {
      this.due = due;
      this.order = order;
      this.what = what;
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
  public Timeout schedule(long delayNanos, Runnable what) {
    lock.lock();
    try {
      Task task = new Task(now + delayNanos, count++, what);
      tasks.add(task);
      return task;
    } finally {
      lock.unlock();
    }
  }

  /** How many tasks wait. */
  public int waiting() {
    lock.lock();
    try {
      return tasks.size();
    } finally {
      lock.unlock();
    }
  }

  /** Moves the clock, and runs what is due on the way, each at its own time. */
  public void advance(Duration by) {
    long end = nanoTime() + by.toNanos();
    for (Task task = nextUntil(end); task != null; task = nextUntil(end)) {
      task.what.run();
    }
    lock.lock();
    try {
      now = end;
    } finally {
      lock.unlock();
    }
  }

  private Task nextUntil(long end) {
    lock.lock();
    try {
      Comparator<Task> byDue = (a, b) -> Long.signum(a.due - b.due);
      Task next =
          tasks.stream()
              .filter(task -> task.due - end <= 0)
              .min(byDue.thenComparingLong(task -> task.order))
              .orElse(null);
      if (next != null) {
        tasks.remove(next);
        now = next.due - now > 0 ? next.due : now;
      }
      return next;
    } finally {
      lock.unlock();
    }
  }
}
