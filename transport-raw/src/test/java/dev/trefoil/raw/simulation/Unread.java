package dev.trefoil.raw.simulation;

import java.nio.ByteBuffer;

/** Bytes that have arrived and were not read yet. */
final class Unread {
  private byte[] bytes = new byte[256];
  private int from;
  private int to;

  int size() {
    return to - from;
  }

  void add(byte[] more) {
    if (to + more.length > bytes.length) {
      byte[] larger = new byte[Math.max(bytes.length, 2 * (size() + more.length))];
      System.arraycopy(bytes, from, larger, 0, size());
      to = size();
      from = 0;
      bytes = larger;
    }
    System.arraycopy(more, 0, bytes, to, more.length);
    to += more.length;
  }

  /** {@return so many bytes from the front, which stay here} */
  ByteBuffer look(int count) {
    return ByteBuffer.wrap(bytes, from, count);
  }

  void drop(int count) {
    from += count;
  }

  void clear() {
    from = to;
  }
}
