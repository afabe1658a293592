package dev.trefoil.spi;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker sends while it goes through what came in together: it leaves together, when the
 * worker has nothing more in hand, instead of each message by a write of its own.
 *
 * <p>A worker makes one and {@link #enter}s it. A transport asks {@link #current} when something is
 * queued; it may then leave the message in its queue, and {@link #add} whoever is to write it. It
 * must write it by itself within a millisecond all the same, since user code that runs in between
 * may block. All methods belong to the worker's thread.
 */
public final class SendBatch {
  /** Writes what it has queued, if it has: without blocking, and from the thread that queued. */
  @FunctionalInterface
  public interface Member {
    /** Writes it. */
    void endBatch();
  }

  private static final Logger LOG = LoggerFactory.getLogger(SendBatch.class);
  private static final ThreadLocal<@Nullable SendBatch> CURRENT = new ThreadLocal<>();

  private final Object owner;
  private final List<Member> members = new ArrayList<>(2);
  private boolean open;

  /**
   * Makes one that is not open.
   *
   * @param owner who makes it; see {@link #isOf}
   */
  public SendBatch(Object owner) {
    this.owner = owner;
  }

  /** {@return the one that is open on the calling thread, or null} */
  public static @Nullable SendBatch current() {
    SendBatch batch = CURRENT.get();
    return batch != null && batch.open ? batch : null;
  }

  /** {@return whether the calling thread is a worker of this owner} */
  public static boolean isOf(Object owner) {
    SendBatch batch = CURRENT.get();
    return batch != null && batch.owner == owner;
  }

  /** The calling thread is about to wait for something: what it has sent leaves before. */
  public static void beforeWaiting() {
    SendBatch batch = CURRENT.get();
    if (batch != null) {
      batch.end();
    }
  }

  /**
   * Makes it the calling thread's.
   *
   * @return the one that was before, for {@link #leave}
   */
  public @Nullable SendBatch enter() {
    SendBatch before = CURRENT.get();
    CURRENT.set(this);
    return before;
  }

  /**
   * Ends it, and takes {@link #enter} back.
   *
   * @param before what that returned
   */
  public void leave(@Nullable SendBatch before) {
    end();
    if (before == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(before);
    }
  }

  /** From now on what is sent may wait for {@link #end}. */
  public void begin() {
    open = true;
  }

  /** What was sent leaves now, and what is sent from now on leaves at once. */
  public void end() {
    open = false;
    for (int i = 0; i < members.size(); i++) {
      try {
        members.get(i).endBatch();
      } catch (RuntimeException
          | Error e) { // the others, and the worker, are none the worse for it
        LOG.error("writing the end of a batch failed", e);
      }
    }
    members.clear();
  }

  /**
   * Has a member write when the batch ends.
   *
   * @param member told once, however often it is added
   */
  public void add(Member member) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i) == member) {
        return;
      }
    }
    members.add(member);
  }
}
