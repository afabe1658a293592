package dev.trefoil.internal;

import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Timekeeper.Timeout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits for its reply. It ends exactly once, by {@link #decide}: whoever comes first
 * wins, does the bookkeeping, and then wakes the one who waits.
 *
 * <p>It is itself the predicate that tries to send it, so that sending makes no garbage.
 */
abstract class Pending implements Predicate<RequestLane> {
  /** How it ended: with a body or with an error. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(byte @Nullable [] body, @Nullable RuntimeException error, Outcome outcome) {}

  private static final VarHandle LANE;

  static {
    try {
      LANE = MethodHandles.lookup().findVarHandle(Pending.class, "lane", RequestLane.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final int id;
  final byte[] body;
  final long startNanos;
  final long deadlineNanos;
  final boolean repeatable;
  boolean queued; // in Unsent; guarded by the role's lock

  /** While its first send, the one without the role's lock, is under way. */
  volatile boolean starting;

  @SuppressWarnings("unused") // by LANE
  private volatile @Nullable RequestLane lane;

  private @Nullable List<RequestPort.Target> refusedBy; // guarded by the role's lock
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicReference<@Nullable Result> result = new AtomicReference<>();
  private volatile @Nullable Timeout deadlineTimer;
  private volatile @Nullable Timeout retryTimer;

  Pending(int id, byte[] body, long startNanos, long deadlineNanos, boolean repeatable) {
    this.id = id;
    this.body = body;
    this.startNanos = startNanos;
    this.deadlineNanos = deadlineNanos;
    this.repeatable = repeatable;
  }

  /** Tries to hand it to one target. True also if it has ended, since it needs no target then. */
  @Override
  public final boolean test(RequestLane to) {
    if (result.get() != null) {
      return true;
    }
    // Noted before it is sent, so that a loss of the target just afterwards finds this request.
    RequestLane before = lane;
    lane = to;
    attempts.incrementAndGet();
    if (to.target().send(id, deadlineNanos - to.time().nanoTime(), body)) {
      return true;
    }
    attempts.decrementAndGet();
    LANE.compareAndSet(this, to, before);
    return false;
  }

  /** Takes it away from a lost target. True for one caller only, who then sends it again. */
  final boolean leave(RequestLane lost) {
    return LANE.compareAndSet(this, lost, null);
  }

  /** Notes, with the role's lock held, who has no room for it. */
  final void refusedBy(RequestPort.Target target) {
    List<RequestPort.Target> all = refusedBy;
    if (all == null) {
      all = new ArrayList<>(2);
      refusedBy = all;
    }
    all.add(target);
  }

  final boolean wasRefusedBy(RequestPort.Target target) {
    List<RequestPort.Target> all = refusedBy;
    return all != null && all.contains(target);
  }

  /** Settles how it ends; false if that was settled before. */
  final boolean decide(Result how) {
    if (!result.compareAndSet(null, how)) {
      return false;
    }
    cancel(deadlineTimer);
    cancel(retryTimer);
    return true;
  }

  /** Wakes whoever waits. Called once, by the thread that decided. */
  abstract void wake(Result how);

  final void setDeadlineTimer(Timeout timer) {
    deadlineTimer = timer;
    if (isEnded()) {
      timer.cancel();
    }
  }

  final void setRetryTimer(Timeout timer) {
    retryTimer = timer;
    if (isEnded()) {
      timer.cancel();
    }
  }

  private static void cancel(@Nullable Timeout timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  final @Nullable Result result() {
    return result.get();
  }

  final boolean isEnded() {
    return result.get() != null;
  }

  final @Nullable RequestLane lane() {
    return lane;
  }

  final int attempts() {
    return attempts.get();
  }

  /** {@return how often it was sent, in words} */
  final String history() {
    return switch (attempts()) {
      case 0 -> "it was never sent";
      case 1 -> "it was sent once";
      default -> "it was sent " + attempts() + " times";
    };
  }

  final boolean isWith(RequestPort.Target target) {
    RequestLane with = lane;
    return with != null && with.target() == target;
  }
}
