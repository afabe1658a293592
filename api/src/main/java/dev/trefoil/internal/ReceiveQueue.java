package dev.trefoil.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between the wire and the user. It never refuses a message: when it is full it
 * says so, and the wire is to pause until {@code resume} is called, at half of the bounds.
 *
 * <p>Two locks, taken in this order: {@code taking} guards the chunk that consumers take from;
 * {@code lock} guards the ring that I/O threads fill, and everything else. Consumers move a chunk
 * at a time, so that the two sides seldom meet.
 *
 * @param <E> what is queued
 */
final class ReceiveQueue<E> {
  private static final int CHUNK_MESSAGES = 256;
  private static final long CHUNK_BYTES = 64 * 1024;

  private final int maxMessages;
  private final long maxBytes;
  private final Runnable resume;

  private final ReentrantLock taking = new ReentrantLock();
  private final @Nullable Object[] chunk;
  private final @Nullable SlotMetrics[] chunkOwners;
  private int chunkNext;
  private int chunkEnd;

  /** What is left in the chunk: written by consumers, read by I/O threads for the bounds. */
  private volatile int chunkLeft;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private @Nullable Object[] items = new @Nullable Object[16];
  private @Nullable SlotMetrics[] owners = new @Nullable SlotMetrics[16];
  private int[] sizes = new int[16];
  private int head;
  private int count;
  private long bytes;
  private volatile int waiters; // changed with the lock held, read without as a hint
  private volatile boolean paused; // written with the lock held, read without as a hint
  private boolean closed;

  /** Whether the ring has anything: written with the lock held, read without as a hint. */
  private volatile boolean ringFilled;

  ReceiveQueue(int maxMessages, long maxBytes, Runnable resume) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.resume = resume;
    // A small part of the bound, since the wire is resumed when a chunk was taken, not before.
    int size = Math.max(1, Math.min(CHUNK_MESSAGES, maxMessages / 4));
    this.chunk = new @Nullable Object[size];
    this.chunkOwners = new @Nullable SlotMetrics[size];
  }

  /** Where {@link #poll} puts what it took. */
  static final class Taken<E> {
    @Nullable E item;
    @Nullable SlotMetrics owner;

    /** Whether there was more. */
    boolean more;
  }

  /** Adds a message. False asks the wire to pause; false also when closed, with nothing added. */
  boolean put(E item, int itemBytes, SlotMetrics owner) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (count == items.length) {
        grow();
      }
      int at = (head + count) & (items.length - 1);
      items[at] = item;
      owners[at] = owner;
      sizes[at] = itemBytes;
      count++;
      bytes += itemBytes;
      ringFilled = true;
      if (isFullLocked()) {
        paused = true;
        wakeWaiters();
        return false;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether another message would be over the bounds. */
  boolean isFull() {
    lock.lock();
    try {
      return closed || isFullLocked();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFullLocked() {
    return count + chunkLeft >= maxMessages || bytes >= maxBytes;
  }

  /** Wakes consumers: the wire has nothing more for now. */
  void batchEnd() {
    lock.lock();
    try {
      wakeWaiters();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes one consumer, who looks again: whoever was woken does not take what is there. */
  void wakeOne() {
    lock.lock();
    try {
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private void wakeWaiters() {
    if (waiters > 0 && count > 0) {
      if (count == 1) {
        filled.signal();
      } else {
        filled.signalAll();
      }
    }
  }

  /** Takes the oldest, or returns null if there is none now. */
  @Nullable E poll(@Nullable Taken<E> taken) {
    boolean goOn = false;
    boolean more;
    E item;
    taking.lock();
    try {
      if (chunkNext == chunkEnd) {
        if (!ringFilled && !paused) {
          return null;
        }
        goOn = refill();
      }
      item = takeFromChunk(taken);
      more = chunkNext < chunkEnd || ringFilled;
    } finally {
      taking.unlock();
    }
    if (goOn) {
      resume.run();
    }
    if (taken != null) {
      taken.more = more;
    }
    if (more && waiters > 0) {
      wakeOne(); // what was moved to the chunk is not in the ring when the batch ends
    }
    return item;
  }

  @SuppressWarnings("unchecked")
  private @Nullable E takeFromChunk(@Nullable Taken<E> taken) {
    if (chunkNext == chunkEnd) {
      return null;
    }
    E item = (E) chunk[chunkNext];
    if (taken != null) {
      taken.item = item;
      taken.owner = chunkOwners[chunkNext];
    }
    chunk[chunkNext] = null;
    chunkOwners[chunkNext] = null;
    chunkNext++;
    chunkLeft = chunkEnd - chunkNext;
    return item;
  }

  /** Moves a chunk over; true if the wire is to be resumed. */
  private boolean refill() {
    lock.lock();
    try {
      return refillLocked();
    } finally {
      lock.unlock();
    }
  }

  private boolean refillLocked() {
    chunkNext = 0;
    chunkEnd = 0;
    long moved = 0;
    while (count > 0 && chunkEnd < chunk.length && (moved < CHUNK_BYTES || chunkEnd == 0)) {
      SlotMetrics owner = owners[head];
      chunk[chunkEnd] = items[head];
      chunkOwners[chunkEnd++] = owner;
      items[head] = null;
      owners[head] = null;
      moved += sizes[head];
      head = (head + 1) & (items.length - 1);
      count--;
    }
    bytes -= moved;
    boolean low = count <= maxMessages / 2 && bytes <= maxBytes / 2;
    chunkLeft = chunkEnd;
    ringFilled = count > 0;
    if (paused && low) {
      paused = false;
      return !closed;
    }
    return false;
  }

  /** Waits until there may be something to poll, it is closed, or the time is up. */
  void await(long nanos) throws InterruptedException {
    taking.lockInterruptibly();
    boolean holdsTaking = true;
    try {
      if (chunkNext < chunkEnd) {
        return;
      }
      lock.lock();
      try {
        if (count > 0 || closed) {
          return;
        }
        // From here on only a put can bring anything, and it needs the lock that await gives up.
        taking.unlock();
        holdsTaking = false;
        countWaiters(1);
        try {
          Conditions.awaitOnce(filled, nanos);
        } finally {
          countWaiters(-1);
        }
      } finally {
        lock.unlock();
      }
    } finally {
      if (holdsTaking) {
        taking.unlock();
      }
    }
  }

  /** With the lock held, which makes it the only writer. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void countWaiters(int change) {
    waiters += change;
  }

  /** A look without locks: may be wrong for a moment, for one who looks again. */
  boolean mayHaveItems() {
    return ringFilled;
  }

  boolean isEmpty() {
    taking.lock();
    try {
      return chunkNext == chunkEnd && sizeOfRing() == 0;
    } finally {
      taking.unlock();
    }
  }

  int size() {
    taking.lock();
    try {
      return chunkEnd - chunkNext + sizeOfRing();
    } finally {
      taking.unlock();
    }
  }

  private int sizeOfRing() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** How many of one slot's messages wait; walks the queue, for a meter. */
  int depthOf(SlotMetrics owner) {
    int depth = 0;
    taking.lock();
    try {
      for (int i = chunkNext; i < chunkEnd; i++) {
        depth += chunkOwners[i] == owner ? 1 : 0;
      }
      lock.lock();
      try {
        for (int i = 0; i < count; i++) {
          depth += owners[(head + i) & (items.length - 1)] == owner ? 1 : 0;
        }
      } finally {
        lock.unlock();
      }
    } finally {
      taking.unlock();
    }
    return depth;
  }

  /** Takes nothing more, wakes all who wait, and hands over what was left. */
  @SuppressWarnings("unchecked")
  List<E> close() {
    List<E> rest = new ArrayList<>();
    taking.lock();
    try {
      while (chunkNext < chunkEnd) {
        E item = takeFromChunk(null);
        if (item != null) {
          rest.add(item);
        }
      }
      lock.lock();
      try {
        closed = true;
        for (int i = 0; i < count; i++) {
          E item = (E) items[(head + i) & (items.length - 1)];
          if (item != null) {
            rest.add(item);
          }
        }
        clear();
        filled.signalAll();
      } finally {
        lock.unlock();
      }
    } finally {
      taking.unlock();
    }
    return rest;
  }

  private void clear() {
    items = new @Nullable Object[1];
    owners = new @Nullable SlotMetrics[1];
    sizes = new int[1];
    head = 0;
    count = 0;
    bytes = 0;
    ringFilled = false;
  }

  private void grow() {
    int capacity = items.length * 2;
    @Nullable Object[] moreItems = new @Nullable Object[capacity];
    @Nullable SlotMetrics[] moreOwners = new @Nullable SlotMetrics[capacity];
    int[] moreSizes = new int[capacity];
    for (int i = 0; i < count; i++) {
      int from = (head + i) & (items.length - 1);
      moreItems[i] = items[from];
      moreOwners[i] = owners[from];
      moreSizes[i] = sizes[from];
    }
    items = moreItems;
    owners = moreOwners;
    sizes = moreSizes;
    head = 0;
  }
}
