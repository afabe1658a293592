package dev.trefoil.raw.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes a {@code Messaging} may allocate ahead of their arrival, for all of its
 * connections together. Announcing a large message costs a peer nothing, so however many announce
 * one, this is what it costs us; whoever finds the budget used up grows his array in steps.
 *
 * <p>Any thread may call it. Whoever took gives back, when the message is complete or the
 * connection ends.
 */
public final class AheadBudget {
  /** The budget, where the heap is large enough: four messages of the largest default size. */
  public static final long MOST_BYTES = 64L << 20;

  /** Of a smaller heap it is no more than this part. */
  private static final int PART_OF_HEAP = 8;

  private final AtomicLong left;

  /**
   * Makes one.
   *
   * @param bytes how much may be taken
   */
  public AheadBudget(long bytes) {
    left = new AtomicLong(bytes);
  }

  /** {@return a budget that suits this JVM's heap} */
  public static AheadBudget ofHeap() {
    return new AheadBudget(Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / PART_OF_HEAP));
  }

  /** {@return how much may be taken still} */
  public long left() {
    return left.get();
  }

  /** {@return whether so many bytes were there, and are the caller's now} */
  boolean take(long bytes) {
    long before = left.get();
    while (before >= bytes) {
      if (left.compareAndSet(before, before - bytes)) {
        return true;
      }
      before = left.get();
    }
    return false;
  }

  void give(long bytes) {
    left.addAndGet(bytes);
  }
}
