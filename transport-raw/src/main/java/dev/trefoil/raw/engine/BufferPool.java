package dev.trefoil.raw.engine;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A few direct buffers, shared by all engines of the process so that opening and closing many of
 * them does not pile up direct memory. Any thread may call it.
 */
final class BufferPool {
  static final int BYTES = 256 * 1024;

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final ByteBuffer[] FREE = new ByteBuffer[16];
  private static int free;

  private BufferPool() {}

  static ByteBuffer take() {
    LOCK.lock();
    try {
      if (free > 0) {
        return FREE[--free];
      }
    } finally {
      LOCK.unlock();
    }
    return ByteBuffer.allocateDirect(BYTES);
  }

  /** Takes a buffer back; more than a few are left to the garbage collector. */
  static void give(ByteBuffer buffer) {
    buffer.clear();
    LOCK.lock();
    try {
      if (free < FREE.length) {
        FREE[free++] = buffer;
      }
    } finally {
      LOCK.unlock();
    }
  }
}
