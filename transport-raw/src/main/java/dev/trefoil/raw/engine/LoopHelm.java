package dev.trefoil.raw.engine;

import dev.trefoil.spi.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who does a loop's rounds: its own thread, or for a while a thread that waits for what the loop
 * would bring. {@code holder} is that thread; whoever changes it from null may touch what is
 * confined to the loop.
 *
 * <p>Own thread gives the helm up only after somebody waited for it in vain, and stands by: it
 * takes over when the helm was left and nobody came back for a moment, when there is a task, or
 * when two want the helm at once. Each time that lending did not pay it waits twice as long before
 * it lends again.
 */
final class LoopHelm implements Helm {
  private static final Logger LOG = LoggerFactory.getLogger(LoopHelm.class);

  /** How long a loop may be without anybody, after the last one left. */
  private static final long PATIENCE_NANOS = 300_000;

  /** And how long, while he who left it says that he still works on what he brought. */
  private static final long LONGEST_ABSENCE_NANOS = 1_000_000;

  /** Lending has paid if the helm was taken so often. */
  private static final int PAID_TURNS = 32;

  /** How long it does not lend after lending did not pay; doubled each time in a row. */
  private static final long FIRST_PAUSE_NANOS = 200_000;

  private static final int MOST_STRIKES = 12;

  private final Loop loop;
  private final Thread own;
  private final AtomicInteger inlinePorts;
  private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();

  /** Whether the wait of somebody is over who waited in vain while own thread was at it. */
  private volatile @Nullable BooleanSupplier wanted;

  /** Another one than the holder, who waits himself, waits too: in vain, or without steering. */
  private volatile boolean contended;

  /** Own thread sleeps until somebody who leaves the helm wakes it. */
  private volatile boolean deep;

  /** How often it was lent. */
  private final AtomicInteger turns = new AtomicInteger();

  /** When it was left the last time; written before that. */
  private volatile long leftAt;

  /** Since when whoever left it works on what he brought, as far as he has told. */
  private volatile long heardAt;

  // Own thread's.
  private int strikes;
  private long lendsFrom = System.nanoTime();

  LoopHelm(Loop loop, Thread own, AtomicInteger inlinePorts) {
    this.loop = loop;
    this.own = own;
    this.inlinePorts = inlinePorts;
  }

  /** {@return whether the caller does the loop's work} */
  boolean isCallers() {
    return holder.get() == Thread.currentThread();
  }

  /** {@return whether nobody does} */
  boolean isFree() {
    return holder.get() == null;
  }

  /** Wakes own thread, to take over or to end. */
  void call() {
    LockSupport.unpark(own);
  }

  /** Does the loop's rounds until it is stopped; on own thread, which has the helm afterwards. */
  void keep() throws IOException {
    while (true) {
      while (!isCallers() && !holder.compareAndSet(null, own)) {
        standBy();
      }
      do {
        if (loop.isStopped()) {
          return;
        }
        loop.round();
      } while (!lends());
      leave();
      standBy();
    }
  }

  private void leave() {
    long now = System.nanoTime();
    leftAt = now;
    heardAt = now;
    holder.set(null);
  }

  /** To one whose wait is over, since he is awake then and comes back once he has done with it. */
  private boolean lends() {
    BooleanSupplier isOver = wanted;
    if (isOver == null || !isOver.getAsBoolean()) {
      return false;
    }
    wanted = null;
    return inlinePorts.get() == 0 && System.nanoTime() - lendsFrom >= 0;
  }

  private void standBy() {
    int before = turns.get();
    int seen = before - 1;
    while (true) {
      int now = turns.get();
      boolean free = isFree();
      long patience = free ? heardAt + PATIENCE_NANOS - System.nanoTime() : PATIENCE_NANOS;
      if (free && (patience <= 0 || contended || loop.hasTasks() || loop.isStopped())) {
        break;
      }
      if (!free && now == seen) {
        sleepDeep();
      } else {
        LockSupport.parkNanos(this, patience);
      }
      seen = now;
    }
    // Where nobody sleeps, own thread and who waits would take each other's processor: lend always.
    boolean paid =
        !contended && (loop.lookout().neverSleeps() || turns.get() - before >= PAID_TURNS);
    contended = false;
    if (paid) {
      strikes = 0;
      return;
    }
    lendsFrom = System.nanoTime() + (FIRST_PAUSE_NANOS << strikes);
    strikes = Math.min(strikes + 1, MOST_STRIKES);
  }

  private void sleepDeep() {
    deep = true;
    if (!isFree()) {
      LockSupport.park(this);
    }
    deep = false;
  }

  @Override
  public boolean steer(BooleanSupplier until, long nanos) {
    Thread caller = Thread.currentThread();
    if (inlinePorts.get() > 0) {
      return false;
    }
    if (!holder.compareAndSet(null, caller)) {
      if (holder.get() == own) {
        wanted = until;
      } else {
        contended = true;
      }
      return false;
    }
    turns.incrementAndGet();
    try {
      loop.rounds(until, nanos, inlinePorts);
      return true;
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("a selector failed; the loop's own thread will tell", e);
      return false;
    } finally {
      leave();
      if (deep || contended || loop.hasTasks() || loop.isStopped()) {
        call();
      }
    }
  }

  @Override
  public void comesBack() {
    if (isFree()) {
      long now = System.nanoTime();
      if (now - leftAt < LONGEST_ABSENCE_NANOS - PATIENCE_NANOS) {
        heardAt = now;
      }
    }
  }

  @Override
  public void wake() {
    loop.lookout().wake();
  }

  @Override
  public void attend() {
    if (holder.get() != own) {
      contended = true;
      if (isFree()) {
        call();
      }
    }
  }
}
