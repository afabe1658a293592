package dev.trefoil.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts messages and their bytes, which is done for each message that is sent, so that each atomic
 * step would show. A thread that has counted many times in a row gets a pair of counters for
 * itself, and takes no such step any more. Others take one for both; those that come at the same
 * time use adders.
 */
public final class Traffic {
  /** So often in a row a thread has to come before the counters are its own. */
  private static final int ROW = 1_000;

  private static final VarHandle HELD;
  private static final VarHandle OWNER;
  private static final VarHandle OWNERS_MESSAGES;
  private static final VarHandle OWNERS_BYTES;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HELD = lookup.findVarHandle(Traffic.class, "held", boolean.class);
      OWNER = lookup.findVarHandle(Traffic.class, "owner", long.class);
      OWNERS_MESSAGES = lookup.findVarHandle(Traffic.class, "ownersMessages", long.class);
      OWNERS_BYTES = lookup.findVarHandle(Traffic.class, "ownersBytes", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The number of the thread that has counters for itself, for good; 0 before. By OWNER. */
  @SuppressWarnings("unused")
  private long owner;

  // Changed by that thread only, by their handles.
  private long ownersMessages;
  private long ownersBytes;

  @SuppressWarnings("unused") // by HELD
  private boolean held;

  // Touched by whoever has set held.
  private long messages;
  private long bytes;
  private long last;
  private int row;

  private final LongAdder otherMessages = new LongAdder();
  private final LongAdder otherBytes = new LongAdder();

  /** Makes one that has counted nothing. */
  public Traffic() {}

  /**
   * Counts. Any thread.
   *
   * @param moreMessages how many
   * @param moreBytes and how much they have together: bytes, or whatever is summed up
   */
  public void add(long moreMessages, long moreBytes) {
    long caller = Thread.currentThread().getId();
    if ((long) OWNER.getOpaque(this) == caller) {
      OWNERS_MESSAGES.setRelease(this, ownersMessages + moreMessages);
      OWNERS_BYTES.setRelease(this, ownersBytes + moreBytes);
    } else if (HELD.compareAndSet(this, false, true)) {
      messages += moreMessages;
      bytes += moreBytes;
      choose(caller);
      HELD.setRelease(this, false);
    } else {
      otherMessages.add(moreMessages);
      otherBytes.add(moreBytes);
    }
  }

  private void choose(long caller) {
    if (last != caller) {
      last = caller;
      row = 0;
    } else if (row < ROW && ++row == ROW) {
      OWNER.compareAndSet(this, 0L, caller);
    }
  }

  /** {@return how many were counted} */
  public long messages() {
    hold();
    long sum = messages;
    HELD.setRelease(this, false);
    return sum + otherMessages.sum() + (long) OWNERS_MESSAGES.getAcquire(this);
  }

  /** {@return how much they have together} */
  public long bytes() {
    hold();
    long sum = bytes;
    HELD.setRelease(this, false);
    return sum + otherBytes.sum() + (long) OWNERS_BYTES.getAcquire(this);
  }

  private void hold() {
    while (!HELD.compareAndSet(this, false, true)) {
      Thread.onSpinWait();
    }
  }
}
