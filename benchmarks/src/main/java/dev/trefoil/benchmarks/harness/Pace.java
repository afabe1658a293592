package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Flow;
import java.time.Duration;

/**
 * How long a trial takes.
 *
 * @param run from the first message to the last one, warm-up included
 * @param idle how long idle connections are watched
 */
record Pace(Duration run, Duration idle) {
  /** For figures. The idle time has two heartbeats of each connection. */
  static final Pace FULL = new Pace(Duration.ofSeconds(6), Duration.ofSeconds(21));

  /** For a look, and for the guard: the JVM is not quite warm. */
  static final Pace QUICK = new Pace(Duration.ofMillis(2_400), Duration.ofSeconds(3));

  /** Connecting and subscribing, ten thousand connections at most. */
  static final Duration SETUP = Duration.ofSeconds(60);

  /** The answer to a word. */
  static final Duration ANSWER = Duration.ofSeconds(10);

  /** What is left out: half for rates, a third where round trips are recorded. */
  Duration warmUp(Flow flow) {
    return run.dividedBy(flow == Flow.REQUEST ? 3 : 2);
  }

  Duration measured(Flow flow) {
    return flow == Flow.IDLE ? idle : run.minus(warmUp(flow));
  }

  /** After which a child process ends itself, whatever happened. */
  Duration limit() {
    return run.plus(idle).plus(SETUP.multipliedBy(2)).plus(ANSWER.multipliedBy(5));
  }
}
