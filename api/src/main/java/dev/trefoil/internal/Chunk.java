package dev.trefoil.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages that go through a {@link ReceiveQueue} together. One thread fills it, and makes it
 * visible to others afterwards; from then on each message is taken by one atomic step.
 *
 * <p>It is always a new one: storing a reference into an old array costs a garbage collector with
 * generations several times as much as into a new one.
 */
final class Chunk {
  static final Chunk EMPTY = new Chunk(0);

  private static final VarHandle NEXT;

  static {
    try {
      NEXT = MethodHandles.lookup().findVarHandle(Chunk.class, "next", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final @Nullable Object[] items;
  private @Nullable SlotMetrics owner;

  /** Only if not all are of one owner. */
  private @Nullable SlotMetrics @Nullable [] owners;

  /** The next to be taken; by NEXT. */
  @SuppressWarnings("unused")
  private int next;

  // Set by whoever fills it.
  private int end;
  private long bytes;

  Chunk(int capacity) {
    this.items = new @Nullable Object[capacity];
  }

  /** Makes one of what is there already; the array is its own from now on. */
  Chunk(Object[] items, int count, long bytes, SlotMetrics owner) {
    this.items = items;
    this.end = count;
    this.bytes = bytes;
    this.owner = owner;
  }

  /** Adds one, for which there must be room; before others see the chunk. */
  void add(@Nullable Object item, int itemBytes, @Nullable SlotMetrics itsOwner) {
    int at = end;
    items[at] = item;
    if (at == 0) {
      owner = itsOwner;
    }
    if (itsOwner != owner || owners != null) {
      noteOwner(at, itsOwner);
    }
    bytes += itemBytes;
    end = at + 1;
  }

  private void noteOwner(int at, @Nullable SlotMetrics itsOwner) {
    @Nullable SlotMetrics[] each = owners;
    if (each == null) {
      each = new @Nullable SlotMetrics[items.length];
      Arrays.fill(each, 0, at, owner);
      owners = each;
    }
    each[at] = itsOwner;
  }

  /** {@return whether there is no room for another} */
  boolean isFull() {
    return end == items.length;
  }

  /** {@return how many were put in} */
  int size() {
    return end;
  }

  /** {@return the bytes of all that were put in} */
  long bytes() {
    return bytes;
  }

  /** {@return the index of a message that is the caller's from now on, or -1 if none is left} */
  int next() {
    if ((int) NEXT.getOpaque(this) >= end) {
      return -1; // looked at first, so that looking in vain does not count on for ever
    }
    int at = (int) NEXT.getAndAdd(this, 1);
    return at < end ? at : -1;
  }

  /** {@return whether it is the last} */
  boolean isLast(int at) {
    return at + 1 == end;
  }

  /** {@return the message; once, by whoever got the index} */
  @Nullable Object item(int at) {
    Object item = items[at];
    items[at] = null;
    return item;
  }

  @Nullable SlotMetrics owner(int at) {
    @Nullable SlotMetrics[] each = owners;
    return each == null ? owner : each[at];
  }

  /** {@return how many are left} */
  int left() {
    return Math.max(0, end - (int) NEXT.getVolatile(this));
  }

  /** {@return how many of one owner are left} */
  int leftOf(SlotMetrics wanted) {
    int found = 0;
    for (int at = (int) NEXT.getVolatile(this); at < end; at++) {
      found += owner(at) == wanted ? 1 : 0;
    }
    return found;
  }
}
