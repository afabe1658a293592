package dev.trefoil.internal;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What one I/O thread brings with one read, before it goes into a {@link ReceiveQueue} together.
 * One thread has it at a time, from its first message to the end of its batch; another one that
 * comes meanwhile does without.
 *
 * @param <E> what is queued
 */
final class Stage<E> {
  private static final int MESSAGES = 256;
  private static final int BYTES = 64 * 1024;

  /** So many of a batch go on one by one; more than that are worth a chunk. */
  private static final int ALONE = 4;

  private static final int FIRST_CHUNK = 16;

  private final int limit;
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

  // Confined to that thread.
  private int alone;
  private @Nullable Chunk chunk;
  private int nextCapacity = FIRST_CHUNK;

  // Received in a row for one owner and not counted yet.
  private @Nullable SlotMetrics owner;
  private int uncounted;
  private long uncountedBytes;

  /** As many as are in the chunk, for a look by other threads that may be wrong. */
  private int count;

  Stage(int maxMessages, long maxBytes) {
    // A small part of the bounds, by which they may be exceeded; none if they are small.
    int part = maxMessages / 16;
    limit = maxBytes < 4L * BYTES || part < 2 ? 0 : Math.min(MESSAGES, part);
  }

  /** {@return whether messages are staged at all} */
  boolean isUsed() {
    return limit > 0;
  }

  /** {@return how many it holds at most} */
  int limit() {
    return limit;
  }

  /** Takes the stage, if it is free; {@return whether the caller has it}. */
  boolean isCallers() {
    Thread now = thread.get();
    return now == null
        ? limit > 0 && thread.compareAndSet(null, Thread.currentThread())
        : now == Thread.currentThread();
  }

  /** {@return whether the caller has it; it is to be emptied and released} */
  boolean isEndedByCaller() {
    return thread.get() == Thread.currentThread();
  }

  /** Has a message counted soon: together with others, since each counting is an atomic step. */
  void count(SlotMetrics itsOwner, int itemBytes) {
    if (itsOwner != owner) {
      countOut();
      owner = itsOwner;
    }
    uncounted++;
    uncountedBytes += itemBytes;
  }

  private void countOut() {
    SlotMetrics counting = owner;
    if (counting != null && uncounted > 0) {
      counting.port.received(uncounted, uncountedBytes);
    }
    uncounted = 0;
    uncountedBytes = 0;
  }

  /** {@return whether the next message is among the first few, which go on without the stage} */
  boolean letsPass() {
    if (alone == ALONE) {
      return false;
    }
    alone++;
    return true;
  }

  /** Adds a message; {@return whether it is to be emptied now}. */
  boolean add(E item, int itemBytes, SlotMetrics itsOwner) {
    Chunk filling = chunk;
    if (filling == null) {
      filling = new Chunk(Math.min(limit, nextCapacity));
      chunk = filling;
    }
    filling.add(item, itemBytes, itsOwner);
    count = filling.size();
    return filling.isFull() || filling.bytes() >= BYTES;
  }

  /** Counts, and hands over what was added; null if nothing was. */
  @Nullable Chunk empty() {
    countOut();
    Chunk full = chunk;
    if (full != null) {
      // The next one will have as much to hold as this one had, or more.
      nextCapacity = full.isFull() ? Math.min(MESSAGES, 2 * full.size()) : FIRST_CHUNK;
      chunk = null;
      count = 0;
    }
    return full;
  }

  /** The batch is over. */
  void release() {
    alone = 0;
    owner = null;
    thread.set(null);
  }

  /** {@return how many are in it; for other threads a hint} */
  int size() {
    return count;
  }
}
