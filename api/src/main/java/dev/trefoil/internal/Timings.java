package dev.trefoil.internal;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

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

  // Filled here and never changed: only the adders change.
  private final Map<Outcome, LongAdder> counts = new EnumMap<>(Outcome.class);
  private final Map<Outcome, LongAdder> nanos = new EnumMap<>(Outcome.class);

  Timings() {
    for (Outcome outcome : Outcome.values()) {
      counts.put(outcome, new LongAdder());
      nanos.put(outcome, new LongAdder());
    }
  }

  void record(Outcome outcome, long elapsedNanos) {
    adder(counts, outcome).increment();
    adder(nanos, outcome).add(elapsedNanos);
  }

  /** Adds what another one has counted. */
  void add(Timings other) {
    for (Outcome outcome : Outcome.values()) {
      adder(counts, outcome).add(other.count(outcome));
      adder(nanos, outcome).add(other.nanos(outcome));
    }
  }

  long count(Outcome outcome) {
    return adder(counts, outcome).sum();
  }

  long nanos(Outcome outcome) {
    return adder(nanos, outcome).sum();
  }

  private static LongAdder adder(Map<Outcome, LongAdder> adders, Outcome outcome) {
    return Objects.requireNonNull(adders.get(outcome));
  }
}
