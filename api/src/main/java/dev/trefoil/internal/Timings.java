package dev.trefoil.internal;

import dev.trefoil.spi.Traffic;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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

  // Filled here and never changed: only what is in it changes.
  private final Map<Outcome, Traffic> done = new EnumMap<>(Outcome.class);

  Timings() {
    for (Outcome outcome : Outcome.values()) {
      done.put(outcome, new Traffic());
    }
  }

  void record(Outcome outcome, long elapsedNanos) {
    of(outcome).add(1, elapsedNanos);
  }

  /** Adds what another one has counted. */
  void add(Timings other) {
    for (Outcome outcome : Outcome.values()) {
      of(outcome).add(other.count(outcome), other.nanos(outcome));
    }
  }

  long count(Outcome outcome) {
    return of(outcome).messages();
  }

  long nanos(Outcome outcome) {
    return of(outcome).bytes();
  }

  private Traffic of(Outcome outcome) {
    return Objects.requireNonNull(done.get(outcome));
  }
}
