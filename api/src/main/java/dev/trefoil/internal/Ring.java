package dev.trefoil.internal;

import org.jspecify.annotations.Nullable;

/**
 * Messages in order, alone or by the {@link Chunk}, each with its size and owner; grows as needed.
 * Not thread-safe: the lock of a {@link ReceiveQueue} guards it.
 */
final class Ring {
  private static final int FIRST_CAPACITY = 16;

  private @Nullable Object[] entries = new @Nullable Object[FIRST_CAPACITY];
  private @Nullable SlotMetrics[] owners = new @Nullable SlotMetrics[FIRST_CAPACITY];
  private long[] sizes = new long[FIRST_CAPACITY];
  private int head;
  private int size;
  private int messages;
  private long bytes;

  /** {@return how many messages there are} */
  int messages() {
    return messages;
  }

  /** {@return their bytes} */
  long bytes() {
    return bytes;
  }

  /** {@return how many entries there are: messages and chunks} */
  int size() {
    return size;
  }

  /** {@return a message or a chunk} */
  @Nullable Object entry(int at) {
    return entries[index(at)];
  }

  /** {@return the owner of a message} */
  @Nullable SlotMetrics owner(int at) {
    return owners[index(at)];
  }

  void add(@Nullable Object item, int itemBytes, @Nullable SlotMetrics owner) {
    append(item, itemBytes, owner);
    messages++;
  }

  void add(Chunk chunk) {
    append(chunk, chunk.bytes(), null);
    messages += chunk.size();
  }

  private void append(@Nullable Object entry, long entryBytes, @Nullable SlotMetrics owner) {
    if (size == entries.length) {
      grow();
    }
    int at = index(size);
    entries[at] = entry;
    owners[at] = owner;
    sizes[at] = entryBytes;
    size++;
    bytes += entryBytes;
  }

  void removeFirst() {
    messages -= entries[head] instanceof Chunk chunk ? chunk.size() : 1;
    bytes -= sizes[head];
    entries[head] = null;
    owners[head] = null;
    head = index(1);
    size--;
  }

  /**
   * Takes the first ones out: the chunk that is first, or a new one of the messages up to the next;
   * at most so many, and no more than so many bytes but for one.
   */
  Chunk takeChunk(int mostMessages, long mostBytes) {
    if (entries[head] instanceof Chunk ready) {
      removeFirst();
      return ready;
    }
    Chunk chunk = new Chunk(Math.min(size, mostMessages));
    while (size > 0 && !chunk.isFull() && (chunk.size() == 0 || chunk.bytes() < mostBytes)) {
      if (entries[head] instanceof Chunk) {
        break;
      }
      chunk.add(entries[head], (int) sizes[head], owners[head]);
      removeFirst();
    }
    return chunk;
  }

  void clear() {
    entries = new @Nullable Object[1];
    owners = new @Nullable SlotMetrics[1];
    sizes = new long[1];
    head = 0;
    size = 0;
    messages = 0;
    bytes = 0;
  }

  private int index(int at) {
    return (head + at) & (entries.length - 1);
  }

  private void grow() {
    int capacity = entries.length * 2;
    @Nullable Object[] moreEntries = new @Nullable Object[capacity];
    @Nullable SlotMetrics[] moreOwners = new @Nullable SlotMetrics[capacity];
    long[] moreSizes = new long[capacity];
    for (int i = 0; i < size; i++) {
      int from = index(i);
      moreEntries[i] = entries[from];
      moreOwners[i] = owners[from];
      moreSizes[i] = sizes[from];
    }
    entries = moreEntries;
    owners = moreOwners;
    sizes = moreSizes;
    head = 0;
  }
}
