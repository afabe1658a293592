package dev.trefoil.raw.session;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for a few dozen instructions at a time, taken millions of times in a second: one atomic
 * step to take it, a plain store to let go of it. There is no queue of those who wait: they look
 * again, and pause in between, longer each time. Reentrant; nothing under it may block.
 */
final class ShortLock {
  private static final int LOOKS = 100;
  private static final long FIRST_PAUSE_NANOS = 1_000;
  private static final long LONGEST_PAUSE_NANOS = 100_000;
  private static final VarHandle OWNER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(ShortLock.class, "owner", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The number of the thread that holds it, which is not 0; by OWNER. */
  @SuppressWarnings("unused")
  private long owner;

  /** How often the owner took it again. */
  private int depth;

  void lock() {
    long caller = Thread.currentThread().getId();
    if (!OWNER.compareAndSet(this, 0L, caller)) {
      if ((long) OWNER.getOpaque(this) == caller) {
        depth++;
      } else {
        await(caller);
      }
    }
  }

  void unlock() {
    if (depth > 0) {
      depth--;
    } else {
      OWNER.setRelease(this, 0L);
    }
  }

  private void await(long caller) {
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      for (int i = 0; i < LOOKS; i++) {
        if ((long) OWNER.getOpaque(this) == 0L && OWNER.compareAndSet(this, 0L, caller)) {
          return;
        }
        Thread.onSpinWait();
      }
      // Whoever holds it was interrupted by the system: leave him the processor.
      LockSupport.parkNanos(this, pause);
      pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
    }
  }
}
