package dev.trefoil.zmq;

import dev.trefoil.spi.support.BoundedRing;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent on one connection: the only queue on the way out, bounded by messages and
 * bytes. A message is a {@code byte[]} for one frame or a {@code byte[][]} for several.
 *
 * <p>The lock guards all fields and is a leaf: nothing else is locked and nobody is called while it
 * is held. Any thread may add; the connection's loop takes.
 */
final class Outbox {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomOrClosed = lock.newCondition();
  private final BoundedRing<Object> ring;
  private final int maxMessages;
  private final Runnable wake;
  private boolean asleep = true;
  private boolean refused;
  private boolean shut;
  private boolean closed;
  private boolean stirred;
  private int waiting;

  /** Makes one; {@code wake} runs without a lock when the loop has to look. */
  Outbox(int maxMessages, long maxBytes, Runnable wake) {
    this.ring = new BoundedRing<>(maxMessages, maxBytes);
    this.maxMessages = maxMessages;
    this.wake = wake;
  }

  /** Queues a message; false if there is no room, or the connection is gone. */
  boolean offer(Object message, int size) {
    boolean wakes;
    lock.lock();
    try {
      if (shut) {
        return false;
      }
      if (!ring.offer(message, size)) {
        refused = true;
        return false;
      }
      wakes = awaken();
    } finally {
      lock.unlock();
    }
    wakeIf(wakes);
    return true;
  }

  /** Queues a message, forgetting as many of the oldest as it takes; returns how many, or -1. */
  int offerDroppingOldest(Object message, int size) {
    int dropped = 0;
    boolean wakes;
    lock.lock();
    try {
      if (shut) {
        return -1;
      }
      while (!ring.hasRoom(size)) {
        ring.poll();
        dropped++;
      }
      ring.add(message, size);
      wakes = awaken();
    } finally {
      lock.unlock();
    }
    wakeIf(wakes);
    return dropped;
  }

  /** Waits for room and queues a message; not for a loop's thread. */
  boolean offerWaiting(Object message, int size, long nanos) throws InterruptedException {
    long left = nanos;
    boolean wakes;
    lock.lockInterruptibly();
    try {
      while (!shut && !ring.hasRoom(size)) {
        if (left <= 0) {
          return false;
        }
        waiting++;
        try {
          left = roomOrClosed.awaitNanos(left);
        } finally {
          waiting--;
        }
      }
      if (shut) {
        return false;
      }
      ring.add(message, size);
      wakes = awaken();
    } finally {
      lock.unlock();
    }
    wakeIf(wakes);
    return true;
  }

  /** Takes nothing any more; what it has is sent. */
  void shut() {
    lock.lock();
    try {
      shut = true;
      roomOrClosed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says that something else waits to be sent. */
  void stir() {
    boolean wakes;
    lock.lock();
    try {
      wakes = !closed && awaken();
      stirred = !wakes;
    } finally {
      lock.unlock();
    }
    wakeIf(wakes);
  }

  private boolean awaken() {
    boolean was = asleep;
    asleep = false;
    return was;
  }

  private void wakeIf(boolean wakes) {
    if (wakes) {
      wake.run();
    }
  }

  /**
   * Moves messages to the loop; when there are none, the next one queued wakes it.
   *
   * @return how many, or -1 if there are none but something else was said to wait
   */
  int take(@Nullable Object[] into, long maxBytes) {
    lock.lock();
    try {
      int count = 0;
      long before = ring.bytes();
      while (count < into.length && !ring.isEmpty() && before - ring.bytes() < maxBytes) {
        into[count++] = ring.poll();
      }
      if (count == 0 && stirred) {
        stirred = false;
        return -1;
      }
      if (count == 0) {
        asleep = true;
      } else if (waiting > 0) {
        roomOrClosed.signalAll();
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** {@return true once after a refusal, when half of the room is free again} */
  boolean takeRoomNews() {
    lock.lock();
    try {
      boolean news = refused && !shut && ring.size() <= maxMessages / 2 && ring.hasRoom(1);
      if (news) {
        refused = false;
      }
      return news;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return ring.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing any more and forgets the rest; returns how many that were. */
  int close() {
    lock.lock();
    try {
      shut = true;
      closed = true;
      int left = ring.size();
      while (!ring.isEmpty()) {
        ring.poll();
      }
      roomOrClosed.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }
}
