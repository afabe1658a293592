package dev.trefoil.spi.support;

import org.jspecify.annotations.Nullable;

/**
 * A first-in-first-out queue with two bounds, messages and bytes. It grows up to its bound as it is
 * used, so that an idle one costs little. Not thread-safe: its owner's lock guards it.
 *
 * @param <E> what is queued
 */
public final class BoundedRing<E> {
  private static final int FIRST_CAPACITY = 16;

  private final int maxMessages;
  private final long maxBytes;
  private @Nullable Object[] items = new @Nullable Object[FIRST_CAPACITY];
  private int[] sizes = new int[FIRST_CAPACITY];
  private int head;
  private int count;
  private long bytes;

  /**
   * Makes an empty one.
   *
   * @param maxMessages how many it holds
   * @param maxBytes how many bytes it holds; a lone message may be larger
   */
  public BoundedRing(int maxMessages, long maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /**
   * Appends, if there is room.
   *
   * @param item what to queue
   * @param size its bytes
   * @return false if there is no room
   */
  public boolean offer(E item, int size) {
    if (!hasRoom(size)) {
      return false;
    }
    add(item, size);
    return true;
  }

  /**
   * Appends, room or not: for what must not be refused any more.
   *
   * @param item what to queue
   * @param size its bytes
   */
  public void add(E item, int size) {
    if (count == items.length) {
      grow();
    }
    int at = (head + count) & (items.length - 1);
    items[at] = item;
    sizes[at] = size;
    count++;
    bytes += size;
  }

  /** {@return the oldest, removed, or null if there is none} */
  @SuppressWarnings("unchecked")
  public @Nullable E poll() {
    if (count == 0) {
      return null;
    }
    E item = (E) items[head];
    items[head] = null;
    bytes -= sizes[head];
    head = (head + 1) & (items.length - 1);
    count--;
    return item;
  }

  /** {@return the oldest, left where it is, or null if there is none} */
  @SuppressWarnings("unchecked")
  public @Nullable E peek() {
    return count == 0 ? null : (E) items[head];
  }

  /**
   * Whether a message may be appended.
   *
   * @param size its bytes
   * @return true if {@link #offer} would take it
   */
  public boolean hasRoom(int size) {
    return count == 0 || (count < maxMessages && bytes + size <= maxBytes);
  }

  /** {@return how many are queued} */
  public int size() {
    return count;
  }

  /** {@return how many bytes are queued} */
  public long bytes() {
    return bytes;
  }

  /** {@return whether nothing is queued} */
  public boolean isEmpty() {
    return count == 0;
  }

  private void grow() {
    int capacity = items.length * 2;
    @Nullable Object[] moreItems = new @Nullable Object[capacity];
    int[] moreSizes = new int[capacity];
    int first = items.length - head;
    System.arraycopy(items, head, moreItems, 0, first);
    System.arraycopy(items, 0, moreItems, first, head);
    System.arraycopy(sizes, head, moreSizes, 0, first);
    System.arraycopy(sizes, 0, moreSizes, first, head);
    items = moreItems;
    sizes = moreSizes;
    head = 0;
  }
}
