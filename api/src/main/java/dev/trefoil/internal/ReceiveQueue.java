package dev.trefoil.internal;

import dev.trefoil.spi.Helm;
import dev.trefoil.spi.PortMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue between the wire and the user. It never refuses a message: when it is full it
 * says so, and the wire is to pause until {@code resume} is called, at half of the bounds.
 *
 * <p>An atomic step for each message on each side would cost more than the rest of its way, so
 * messages go through in batches: an I/O thread stages what came with one read ({@link Stage}), the
 * {@code lock} guards the ring that stages are emptied into, and consumers take over a {@link
 * Chunk} at a time, out of which each takes its next message by one atomic step.
 *
 * @param <E> what is queued
 */
final class ReceiveQueue<E> {
  private static final int CHUNK_MESSAGES = 256;
  private static final long CHUNK_BYTES = 64 * 1024;

  /** So few are taken out of the ring one by one. */
  private static final int FEW = 4;

  private final int maxMessages;
  private final long maxBytes;
  private final Runnable resume;
  private final int chunkMessages;
  private final Stage<E> stage;

  private volatile Chunk chunk = Chunk.EMPTY;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Ring ring = new Ring();

  // Written with the lock held, read without as hints.
  private volatile int count; // of the ring, as it was when the lock was let go
  private volatile boolean heavy; // whether bytes are over the bound
  private volatile int waiters;
  private volatile boolean paused;
  private volatile boolean closed;

  /** What a consumer steers while it waits, and which one; written in that order. */
  private final AtomicReference<@Nullable Helm> helm = new AtomicReference<>();

  private volatile @Nullable Thread steersman;

  /** What a consumer steered, or wanted to, when he waited last. */
  private volatile @Nullable Helm wanted;

  ReceiveQueue(int maxMessages, long maxBytes, Runnable resume) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.resume = resume;
    // Small parts of the bound, since the wire is resumed when a chunk was taken, not before.
    this.chunkMessages = Math.max(1, Math.min(CHUNK_MESSAGES, maxMessages / 4));
    this.stage = new Stage<>(maxMessages, maxBytes);
  }

  /** Where {@link #poll} puts what it took. */
  static final class Taken<E> {
    @Nullable E item;
    @Nullable SlotMetrics owner;

    /** Whether there was more. */
    boolean more;
  }

  /**
   * Adds and counts a message that is seen by consumers at {@link #endStage} at the latest, which
   * must follow on the same thread. False as for {@link #put}.
   */
  boolean stage(E item, int itemBytes, SlotMetrics owner) {
    if (!stage.isCallers() || stage.letsPass()) {
      owner.port.received(itemBytes);
      return put(item, itemBytes, owner);
    }
    stage.count(owner, itemBytes);
    boolean isFilled = stage.add(item, itemBytes, owner);
    return (!isFilled && !paused) || emptyStage();
  }

  private boolean emptyStage() {
    Chunk full = stage.empty();
    return full == null || put(full);
  }

  /** How many may come by the chunk; one at a time while it is full, whoever brings them. */
  int batchLimit() {
    return paused || isFullHint() ? 1 : Math.max(1, stage.limit());
  }

  /**
   * Adds messages that are counted already, behind what the caller has staged. False as for one.
   */
  boolean stage(Chunk full) {
    boolean goesOn = !stage.isEndedByCaller() || emptyStage();
    return put(full) && goesOn;
  }

  private boolean put(Chunk full) {
    lock.lock();
    try {
      if (!closed) {
        ring.add(full);
        return goesOn();
      }
    } finally {
      lock.unlock();
    }
    for (int at = full.next(); at >= 0; at = full.next()) {
      countLate(full.owner(at));
    }
    return false;
  }

  /** Adds a message. False asks the wire to pause; false also when closed, with nothing added. */
  boolean put(E item, int itemBytes, @Nullable SlotMetrics owner) {
    lock.lock();
    try {
      if (!closed) {
        ring.add(item, itemBytes, owner);
        return goesOn();
      }
    } finally {
      lock.unlock();
    }
    countLate(owner);
    return false;
  }

  /** What is closed hands over what it has; what comes later was counted as received, too. */
  private static void countLate(@Nullable SlotMetrics owner) {
    if (owner != null) {
      owner.port.dropped(PortMetrics.Drop.CLOSED, 1);
    }
  }

  /** With the lock held, after a change: lets others see it. */
  private void publish() {
    count = ring.messages();
    boolean now = ring.bytes() >= maxBytes;
    if (heavy != now) {
      heavy = now;
    }
  }

  /** With the lock held: whether the wire may go on; if not, it is resumed later. */
  private boolean goesOn() {
    publish();
    if (isFullHint()) {
      paused = true;
      wakeWaiters();
      return false;
    }
    return true;
  }

  /** Whether another message would be over the bounds. */
  boolean isFull() {
    if (stage.isUsed()) {
      return closed || isFullHint(); // not off by more than a stage
    }
    lock.lock();
    try {
      return closed || isFullHint();
    } finally {
      lock.unlock();
    }
  }

  private boolean isFullHint() {
    return count + chunk.left() >= maxMessages || heavy;
  }

  /** Lets consumers see what was staged by this thread. */
  void endStage() {
    if (stage.isEndedByCaller()) {
      boolean unused = emptyStage(); // a full queue says so to the next message
      stage.release();
    }
  }

  /** Wakes consumers: the wire has nothing more for now. */
  void batchEnd() {
    lock.lock();
    try {
      wakeWaiters();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes one consumer, who looks again: whoever was woken does not take what is there. */
  void wakeOne() {
    lock.lock();
    try {
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private void wakeWaiters() {
    wakeSteersman();
    if (waiters > 0 && ring.size() > 0) {
      if (ring.messages() == 1) {
        filled.signal();
      } else {
        filled.signalAll();
      }
    }
  }

  private void wakeSteersman() {
    Helm steered = helm.get();
    if (steered != null && steersman != Thread.currentThread()) {
      steered.wake();
    }
  }

  /**
   * Waits by doing the I/O that may bring something.
   *
   * @return false, at once, if somebody else does it, or waits as well
   */
  boolean steer(@Nullable Helm lent, BooleanSupplier until, long nanos) {
    wanted = lent;
    if (lent == null || waiters > 0 || Threads.isVirtual() || !helm.compareAndSet(null, lent)) {
      return false;
    }
    steersman = Thread.currentThread();
    try {
      return lent.steer(until, nanos);
    } finally {
      steersman = null;
      helm.set(null);
    }
  }

  /** Takes the oldest, or returns null if there is none now. */
  @Nullable E poll(@Nullable Taken<E> taken) {
    while (true) {
      Chunk now = chunk;
      int at = now.next();
      if (at >= 0) {
        return took(now.item(at), now.owner(at), !now.isLast(at), taken);
      }
      if (count == 0 && !paused) {
        return null;
      }
      Object single = null;
      SlotMetrics owner = null;
      boolean refilled;
      boolean goOn;
      lock.lock();
      try {
        refilled = chunk != now || refill();
        if (!refilled && ring.size() > 0) {
          single = ring.entry(0);
          owner = ring.owner(0);
          ring.removeFirst();
          publish();
        }
        goOn = unpause();
      } finally {
        lock.unlock();
      }
      goOn(goOn);
      if (!refilled) {
        return single == null ? null : took(single, owner, false, taken);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private @Nullable E took(
      @Nullable Object item, @Nullable SlotMetrics owner, boolean more, @Nullable Taken<E> taken) {
    boolean wasLast = !more && count == 0;
    if (taken != null) {
      taken.item = (E) item;
      taken.owner = owner;
      taken.more = !wasLast;
    }
    if (!wasLast && waiters > 0) {
      wakeOne(); // what was moved to the chunk is not in the ring when the batch ends
    }
    return (E) item;
  }

  /** With the lock held: moves a chunk over, or returns false if there are only a few messages. */
  private boolean refill() {
    int entries = ring.size();
    boolean few = entries <= FEW || chunkMessages <= FEW;
    if (entries == 0 || (few && !(ring.entry(0) instanceof Chunk))) {
      return false;
    }
    chunk = ring.takeChunk(chunkMessages, CHUNK_BYTES);
    publish();
    return true;
  }

  /** Part of what was there is taken: says so to the wire, and to whoever does its work. */
  private void goOn(boolean wireToo) {
    Helm left = wanted;
    if (left != null) {
      left.comesBack();
    }
    if (wireToo) {
      resume.run();
    }
  }

  /** With the lock held: whether the wire is to be resumed. */
  private boolean unpause() {
    if (paused && ring.messages() <= maxMessages / 2 && ring.bytes() <= maxBytes / 2) {
      paused = false;
      return !closed;
    }
    return false;
  }

  /** Waits until there may be something to poll, it is closed, or the time is up. */
  void await(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (chunk.left() > 0 || ring.size() > 0 || closed) {
        return;
      }
      countWaiters(1);
      try {
        Conditions.awaitOnce(filled, nanos);
      } finally {
        countWaiters(-1);
      }
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held, which makes it the only writer. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void countWaiters(int change) {
    waiters += change;
  }

  /** A look without locks: may be wrong for a moment, for one who looks again. */
  boolean mayHaveItems() {
    return count > 0 || chunk.left() > 0;
  }

  /** As {@link #size}, without locks: may be wrong for a moment. */
  int sizeHint() {
    return chunk.left() + count;
  }

  boolean isEmpty() {
    return size() == 0;
  }

  int size() {
    lock.lock();
    try {
      return chunk.left() + ring.messages() + stage.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many of one slot's messages wait; walks the queue, for a meter. */
  int depthOf(SlotMetrics owner) {
    lock.lock();
    try {
      int depth = chunk.leftOf(owner);
      for (int i = 0; i < ring.size(); i++) {
        if (ring.entry(i) instanceof Chunk ready) {
          depth += ready.leftOf(owner);
        } else {
          depth += ring.owner(i) == owner ? 1 : 0;
        }
      }
      return depth;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, wakes all who wait, and hands over what was left. */
  @SuppressWarnings("unchecked")
  List<E> close() {
    List<E> rest = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      takeOut(chunk, rest);
      for (int i = 0; i < ring.size(); i++) {
        if (ring.entry(i) instanceof Chunk ready) {
          takeOut(ready, rest);
        } else {
          rest.add((E) Objects.requireNonNull(ring.entry(i)));
        }
      }
      ring.clear();
      publish();
      paused = false;
      wakeSteersman();
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    return rest;
  }

  @SuppressWarnings("unchecked")
  private static <E> void takeOut(Chunk from, List<E> to) {
    for (int at = from.next(); at >= 0; at = from.next()) {
      to.add((E) Objects.requireNonNull(from.item(at)));
    }
  }
}
