package dev.trefoil.internal;

import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Timekeeper.Timeout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
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
  private static final VarHandle ATTEMPTS;
  private static final VarHandle RESULT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      LANE = lookup.findVarHandle(Pending.class, "lane", RequestLane.class);
      ATTEMPTS = lookup.findVarHandle(Pending.class, "attempts", int.class);
      RESULT = lookup.findVarHandle(Pending.class, "result", Result.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Set by {@link Outstanding} before others see it. */
  int id;

  final byte[] body;
  final long startNanos;
  final long deadlineNanos;
  final boolean repeatable;
  boolean queued; // in Unsent; guarded by the role's lock

  /** Until its first send, the one without the role's lock, is done. */
  volatile boolean starting = true;

  @SuppressWarnings("unused") // by LANE
  private volatile @Nullable RequestLane lane;

  private @Nullable List<RequestPort.Target> refusedBy; // guarded by the role's lock

  /** Changed by whoever sends: one at a time. */
  private volatile int attempts;

  @SuppressWarnings("unused") // by RESULT
  private volatile @Nullable Result result;

  private volatile @Nullable Timeout deadlineTimer;
  private volatile @Nullable Timeout retryTimer;

  Pending(byte[] body, long startNanos, long deadlineNanos, boolean repeatable) {
    this.body = body;
    this.startNanos = startNanos;
    this.deadlineNanos = deadlineNanos;
    this.repeatable = repeatable;
  }

  /** Tries to hand it to one target. True also if it has ended, since it needs no target then. */
  @Override
  public final boolean test(RequestLane to) {
    if (result != null) {
      return true;
    }
    // Noted before it is sent, so that a loss of the target just afterwards finds this request.
    RequestLane before = lane;
    if (starting) {
      LANE.setRelease(this, to); // whoever looks for it looks again when it has started
    } else {
      lane = to;
    }
    int sent = attempts;
    ATTEMPTS.setRelease(this, sent + 1);
    long now = starting ? startNanos : to.time().nanoTime(); // a look at the clock would show
    if (to.target().send(id, deadlineNanos - now, body)) {
      return true;
    }
    ATTEMPTS.setRelease(this, sent);
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
    if (!RESULT.compareAndSet(this, null, how)) {
      return false;
    }
    cancel(deadlineTimer);
    cancel(retryTimer);
    return true;
  }

  /** Wakes whoever waits. Called once, by the thread that decided. */
  abstract void wake();

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

  /** {@return whether nobody else sees to its deadline, and no timer does} */
  boolean needsTimer() {
    return deadlineTimer == null && !isEnded();
  }

  final @Nullable Result result() {
    return result;
  }

  final boolean isEnded() {
    return result != null;
  }

  final @Nullable RequestLane lane() {
    return lane;
  }

  final int attempts() {
    return attempts;
  }

  /** {@return how often it was sent, in words} */
  final String history() {
    return switch (attempts()) {
      case 0 -> "it was never sent";
      case 1 -> "it was sent once";
      default -> "it was sent " + attempts() + " times";
    };
  }

  /** {@return whether it counts as outstanding here; before it is sent, with whoever is first} */
  final boolean isCountedBy(SlotMetrics metrics, boolean first) {
    RequestLane with = lane;
    return with == null ? first : with.metrics() == metrics;
  }

  final boolean isWith(RequestPort.Target target) {
    RequestLane with = lane;
    return with != null && with.target() == target;
  }
}
