package dev.trefoil.internal;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts and total times by outcome: plain adders that a meter reads. Any thread may call it. */
final class Timings {
  /** How a request, or a call of a handler, ended; the value of the metric tag. */
  enum Outcome {
    SUCCESS,
    TIMEOUT,
    PEER_LOST,
    REMOTE_ERROR,
    OVERLOADED,
    CANCELLED,
    CLOSED,
    CODEC,
    ERROR,
    EXPIRED;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int OUTCOMES = Outcome.values().length;

  private final AtomicLongArray counts = new AtomicLongArray(OUTCOMES);
  private final AtomicLongArray nanos = new AtomicLongArray(OUTCOMES);

  void record(Outcome outcome, long elapsedNanos) {
    counts.incrementAndGet(outcome.ordinal());
    nanos.addAndGet(outcome.ordinal(), elapsedNanos);
  }

  long count(Outcome outcome) {
    return counts.get(outcome.ordinal());
  }

  long nanos(Outcome outcome) {
    return nanos.get(outcome.ordinal());
  }
}
