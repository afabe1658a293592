package dev.trefoil.internal;

import dev.trefoil.spi.Timekeeper.Timeout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A hashed timer wheel over a clock that is handed in: scheduling and taking back cost the same
 * whether ten or a million tasks wait.
 *
 * <p>The lock guards the slots and every link in them. Tasks run outside of it.
 */
final class Wheel {
  private static final int SLOTS = 4096;
  static final long TICK_NANOS = 1_000_000;

  private static final Comparator<Entry> ORDER =
      Comparator.<Entry>comparingLong(entry -> entry.dueTick).thenComparingLong(e -> e.order);

  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
  private final long origin;
  private long tick; // the last one whose tasks were collected
  private long added;
  private int size;

  Wheel(long nowNanos) {
    this.origin = nowNanos;
  }

  /** A task in its slot. Linked both ways, so that it is taken back without a search. */
  final class Entry extends Timeout {
    private @Nullable Runnable task;
    private final long dueTick;
    private final long order;
    private @Nullable Entry previous;
    private @Nullable Entry next;

    Entry(Runnable task, long dueTick, long order) {
      this.task = task;
      this.dueTick = dueTick;
      this.order = order;
    }

    @Override
    public boolean cancel() {
      lock.lock();
      try {
        if (task == null) {
          return false;
        }
        task = null;
        unlink(this);
        return true;
      } finally {
        lock.unlock();
      }
    }
  }

  /** Adds a task; it is due no earlier than {@code dueNanos}. */
  Entry add(long dueNanos, Runnable task) {
    lock.lock();
    try {
      long due = Math.floorDiv(dueNanos - origin + TICK_NANOS - 1, TICK_NANOS);
      Entry entry = new Entry(task, Math.max(due, tick + 1), added++);
      int slot = (int) (entry.dueTick & (SLOTS - 1));
      Entry first = slots[slot];
      entry.next = first;
      if (first != null) {
        first.previous = entry;
      }
      slots[slot] = entry;
      size++;
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** Takes out what is due, in the order of ticks; within one, in the order of adding. */
  List<Runnable> advance(long nowNanos) {
    List<Entry> due = new ArrayList<>();
    List<Runnable> tasks = new ArrayList<>();
    lock.lock();
    try {
      long target = Math.floorDiv(nowNanos - origin, TICK_NANOS);
      if (target - tick > SLOTS) {
        // After a long pause each slot is looked at once, which is enough.
        tick = target - SLOTS;
      }
      while (tick < target) {
        tick++;
        collect((int) (tick & (SLOTS - 1)), target, due);
      }
      due.sort(ORDER);
      for (Entry entry : due) {
        Runnable task = entry.task;
        if (task != null) {
          entry.task = null;
          tasks.add(task);
        }
      }
      return tasks;
    } finally {
      lock.unlock();
    }
  }

  private void collect(int slot, long target, List<Entry> due) {
    Entry entry = slots[slot];
    while (entry != null) {
      Entry following = entry.next;
      if (entry.dueTick <= target) {
        unlink(entry);
        due.add(entry);
      }
      entry = following;
    }
  }

  /** When to look again: the time of the next slot in use, or Long.MAX_VALUE if nothing waits. */
  long nextNanos() {
    lock.lock();
    try {
      if (size == 0) {
        return Long.MAX_VALUE;
      }
      for (long ahead = 1; ahead <= SLOTS; ahead++) {
        if (slots[(int) ((tick + ahead) & (SLOTS - 1))] != null) {
          return origin + (tick + ahead) * TICK_NANOS;
        }
      }
      throw new IllegalStateException(size + " tasks wait, but every slot is empty");
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return size;
    } finally {
      lock.unlock();
    }
  }

  private void unlink(Entry entry) {
    Entry before = entry.previous;
    Entry after = entry.next;
    if (before == null) {
      slots[(int) (entry.dueTick & (SLOTS - 1))] = after;
    } else {
      before.next = after;
    }
    if (after != null) {
      after.previous = before;
    }
    entry.previous = null;
    entry.next = null;
    size--;
  }
}
