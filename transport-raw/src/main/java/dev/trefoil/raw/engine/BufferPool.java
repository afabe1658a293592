package dev.trefoil.raw.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A few direct buffers, shared by all engines of the process; none is kept once the last engine has
 * ended. Any thread may call it.
 */
final class BufferPool {
  static final int BYTES = 256 * 1024;
  private static final int FALLBACK_BYTES = 8 * 1024;

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final ByteBuffer[] FREE = new ByteBuffer[16];
  private static int free;
  private static int users;

  private BufferPool() {}

  /** An engine starts. */
  static void use() {
    LOCK.lock();
    try {
      users++;
    } finally {
      LOCK.unlock();
    }
  }

  /** An engine has ended; the last one leaves no buffers behind. */
  static void unuse() {
    LOCK.lock();
    try {
      users--;
      dropIfUnused();
    } finally {
      LOCK.unlock();
    }
  }

  private static void dropIfUnused() {
    if (users == 0) {
      Arrays.fill(FREE, null);
      free = 0;
    }
  }

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

  /**
   * A small one on the heap if there is no direct memory: whoever writes then goes on, or fails.
   */
  static ByteBuffer takeForWriting() {
    try {
      return take();
    } catch (OutOfMemoryError e) {
      return ByteBuffer.allocate(FALLBACK_BYTES);
    }
  }

  /** Takes a buffer back; more than a few are left to the garbage collector. */
  static void give(ByteBuffer buffer) {
    buffer.clear();
    LOCK.lock();
    try {
      if (free < FREE.length && buffer.isDirect()) {
        FREE[free++] = buffer;
      }
      dropIfUnused();
    } finally {
      LOCK.unlock();
    }
  }
}
