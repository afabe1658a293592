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
  /** What became of a message. */
  enum Offer {
    /** Queued, and the loop is awake. */
    QUEUED,
    /** Queued, and the caller wakes the loop. */
    WAKE,
    /** No room. */
    FULL,
    /** The connection is gone. */
    CLOSED
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition roomOrClosed = lock.newCondition();
  private final BoundedRing<Object> ring;
  private final int maxMessages;
  private boolean asleep = true;
  private boolean refused;
  private boolean closed;
  private boolean stirred;
  private int waiting;

  Outbox(int maxMessages, long maxBytes) {
    this.ring = new BoundedRing<>(maxMessages, maxBytes);
    this.maxMessages = maxMessages;
  }

  /** Queues a message if there is room. */
  Offer offer(Object message, int size) {
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      if (!ring.offer(message, size)) {
        refused = true;
        return Offer.FULL;
      }
      return queued();
    } finally {
      lock.unlock();
    }
  }

  /** Queues a message, forgetting as many of the oldest as it takes; returns how many, or -1. */
  int offerDroppingOldest(Object message, int size, Runnable wake) {
    int dropped = 0;
    boolean wakes;
    lock.lock();
    try {
      if (closed) {
        return -1;
      }
      while (!ring.hasRoom(size)) {
        ring.poll();
        dropped++;
      }
      ring.add(message, size);
      wakes = queued() == Offer.WAKE;
    } finally {
      lock.unlock();
    }
    if (wakes) {
      wake.run();
    }
    return dropped;
  }

  /** Waits for room, and queues. */
  Offer offerWaiting(Object message, int size, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (!closed && !ring.hasRoom(size)) {
        if (left <= 0) {
          return Offer.FULL;
        }
        waiting++;
        try {
          left = roomOrClosed.awaitNanos(left);
        } finally {
          waiting--;
        }
      }
      if (closed) {
        return Offer.CLOSED;
      }
      ring.add(message, size);
      return queued();
    } finally {
      lock.unlock();
    }
  }

  private Offer queued() {
    if (!asleep) {
      return Offer.QUEUED;
    }
    asleep = false;
    return Offer.WAKE;
  }

  /** Says that something else waits to be sent; returns whether the caller wakes the loop. */
  boolean stir() {
    lock.lock();
    try {
      boolean wakes = asleep && !closed;
      asleep = false;
      stirred = !wakes;
      return wakes;
    } finally {
      lock.unlock();
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
      boolean news = refused && !closed && ring.size() <= maxMessages / 2 && ring.hasRoom(1);
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
