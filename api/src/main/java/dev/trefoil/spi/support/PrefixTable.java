package dev.trefoil.spi.support;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The hash table of a {@link PrefixIndex}: prefixes, and whoever subscribed to each. Open
 * addressing; a slot keeps its prefix for good, also when nobody subscribes to it any more.
 *
 * <p>Among many subscriptions each object that a lookup goes through is one more place in memory
 * that no cache holds, at 100 ns. So a slot is 32 bytes of one array: the hash, the first 16 bytes
 * of the prefix, which is all of most, and its length.
 *
 * <p>Any thread may look up meanwhile; changes are made under the index's lock.
 */
final class PrefixTable {
  static final Object[] NOBODY = {};

  private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int WORD = Long.BYTES;
  private static final int SHORT = 2 * WORD;

  /** With the array's header before them, no slot of a large array lies on two cache lines. */
  private static final int FIRST_CELL = 2;

  private static final int SLOT_SHIFT = 2;
  private static final int START = 1;
  private static final int NEXT = 2;

  /** The length and one more, written last; 0 in a slot that is free. */
  private static final int LENGTH = 3;

  private final int mask;
  private final long[] cells;

  /** What follows the first 16 bytes, of prefixes that are longer; or null. */
  private byte @Nullable [] @Nullable [] rests;

  private final AtomicReferenceArray<Object @Nullable []> subscribers;
  private int used;

  /** Makes an empty one of so many slots, a power of two. */
  PrefixTable(int capacity) {
    mask = capacity - 1;
    cells = new long[FIRST_CELL + (capacity << SLOT_SHIFT)];
    subscribers = new AtomicReferenceArray<>(capacity);
  }

  int capacity() {
    return mask + 1;
  }

  /** {@return whether half of the slots are used} */
  boolean isFull() {
    return 2 * (used + 1) > capacity();
  }

  /** {@return the slot of a prefix, which are the first bytes of something, or -1} */
  int find(long hash, byte[] bytes, int length) {
    for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
      int at = FIRST_CELL + (slot << SLOT_SHIFT);
      long there = (long) CELLS.getAcquire(cells, at + LENGTH);
      if (there == 0) {
        return -1;
      }
      if (cells[at] == hash
          && there == length + 1
          && cells[at + START] == word(bytes, 0, length)
          && cells[at + NEXT] == word(bytes, WORD, length)
          && (length <= SHORT || restIs(slot, bytes, length))) {
        return slot;
      }
    }
  }

  private boolean restIs(int slot, byte[] bytes, int length) {
    byte[][] all = rests;
    byte[] rest = all == null ? null : all[slot];
    return rest != null && Arrays.equals(rest, 0, rest.length, bytes, SHORT, length);
  }

  private static long word(byte[] bytes, int from, int length) {
    long word = 0;
    for (int i = from; i < Math.min(from + WORD, length); i++) {
      word = (word << Byte.SIZE) | (bytes[i] & 0xFF);
    }
    return word;
  }

  /** Takes a slot for a prefix that is not there; {@return which} */
  int insert(long hash, byte[] prefix) {
    int slot = (int) hash & mask;
    while (cells[FIRST_CELL + (slot << SLOT_SHIFT) + LENGTH] != 0) {
      slot = (slot + 1) & mask;
    }
    int at = FIRST_CELL + (slot << SLOT_SHIFT);
    cells[at] = hash;
    cells[at + START] = word(prefix, 0, prefix.length);
    cells[at + NEXT] = word(prefix, WORD, prefix.length);
    if (prefix.length > SHORT) {
      byte[][] all = rests;
      if (all == null) {
        all = new byte[capacity()][];
        rests = all;
      }
      all[slot] = Arrays.copyOfRange(prefix, SHORT, prefix.length);
    }
    CELLS.setRelease(cells, at + LENGTH, (long) prefix.length + 1);
    used++;
    return slot;
  }

  /** {@return who subscribed to the prefix of a slot; not to be changed} */
  Object[] subscribers(int slot) {
    Object[] there = subscribers.get(slot);
    return there == null ? NOBODY : there;
  }

  void subscribers(int slot, Object[] now) {
    subscribers.set(slot, now);
  }
}
