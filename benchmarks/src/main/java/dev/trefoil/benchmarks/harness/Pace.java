package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Flow;
import java.time.Duration;

/**
 * How long a trial takes.
 *
 * @param warmUp from the first message to the first that counts
 * @param counted from there to the end
 * @param idle how long idle connections are watched
 */
record Pace(Duration warmUp, Duration counted, Duration idle) {
  /**
   * For figures. Until some seven seconds have passed the JIT compiler takes up to a tenth of the
   * processors from whoever has more code than the floors have. The idle time has two heartbeats of
   * each connection.
   */
  static final Pace FULL =
      new Pace(Duration.ofSeconds(7), Duration.ofSeconds(3), Duration.ofSeconds(21));

  /** For the guard: most of what is hot is compiled. */
  static final Pace GUARD =
      new Pace(Duration.ofMillis(3_500), Duration.ofMillis(1_200), Duration.ofSeconds(3));

  /** For a look: the JVM is not quite warm. */
  static final Pace QUICK =
      new Pace(Duration.ofMillis(1_200), Duration.ofMillis(1_200), Duration.ofSeconds(3));

  /** Connecting and subscribing, ten thousand connections at most. */
  static final Duration SETUP = Duration.ofSeconds(60);

  /** The answer to a word. */
  static final Duration ANSWER = Duration.ofSeconds(10);

  /** What is left out; of idle connections as much as counts, since little happens in it. */
  Duration warmUp(Flow flow) {
    return flow == Flow.IDLE ? idle : warmUp;
  }

  Duration measured(Flow flow) {
    return flow == Flow.IDLE ? idle : counted;
  }

  /** From the first message to the end. */
  Duration planned(Flow flow) {
    return warmUp(flow).plus(measured(flow));
  }

  /** After which a child process ends itself, whatever happened. */
  Duration limit() {
    return warmUp
        .plus(counted)
        .plus(idle.multipliedBy(2))
        .plus(SETUP.multipliedBy(2))
        .plus(ANSWER.multipliedBy(5));
  }
}
