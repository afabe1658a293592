package dev.trefoil.benchmarks.harness;

import java.time.Duration;

/**
 * How long a trial takes.
 *
 * @param run from the first message to the last one, warm-up included
 */
record Pace(Duration run) {
  /** For figures. */
  static final Pace FULL = new Pace(Duration.ofSeconds(6));

  /** For a look, and for the guard: the JVM is not quite warm. */
  static final Pace QUICK = new Pace(Duration.ofMillis(2_400));

  /** Connecting and subscribing, ten thousand connections at most. */
  static final Duration SETUP = Duration.ofSeconds(60);

  /** The answer to a word. */
  static final Duration ANSWER = Duration.ofSeconds(10);

  /** What is left out: half for rates, a third where round trips are recorded. */
  Duration warmUp(boolean latencies) {
    return run.dividedBy(latencies ? 3 : 2);
  }

  Duration measured(boolean latencies) {
    return run.minus(warmUp(latencies));
  }

  /** After which a child process ends itself, whatever happened. */
  Duration limit() {
    return run.plus(SETUP).plus(ANSWER.multipliedBy(5));
  }
}
