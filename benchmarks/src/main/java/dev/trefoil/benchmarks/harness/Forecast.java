package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Contestants;
import dev.trefoil.benchmarks.contest.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a run has still to go: for each trial what it is meant to take, and what came on top the
 * last time. Used by one thread.
 */
final class Forecast {
  /** Until a contestant has run: starting two JVMs, connecting, stopping them. */
  private static final Duration ON_TOP = Duration.ofSeconds(3);

  private static final Duration IN_MINUTES = Duration.ofSeconds(100);

  private record Planned(Work work, Pace pace) {
    Duration meant() {
      return pace.planned(Contestants.flow(work.contestant()));
    }
  }

  private final List<Planned> left = new ArrayList<>();
  private final Map<Work, Duration> onTop = new HashMap<>();

  /** Each of these works is to run so many times. */
  void plan(List<Work> works, Pace pace, int times) {
    for (int i = 0; i < times; i++) {
      works.forEach(work -> left.add(new Planned(work, pace)));
    }
  }

  /** Runs the same, and looks at the clock. */
  Rounds.Runner timing(Pace pace, Rounds.Runner runner) {
    return work -> {
      long begin = System.nanoTime();
      try {
        return runner.run(work);
      } finally {
        ended(work, pace, Duration.ofNanos(System.nanoTime() - begin));
      }
    };
  }

  void ended(Work work, Pace pace, Duration took) {
    Planned planned = new Planned(work, pace);
    left.remove(planned);
    onTop.put(work, took.minus(planned.meant()));
  }

  Duration left() {
    Duration sum = Duration.ZERO;
    for (Planned planned : left) {
      Duration time = planned.meant().plus(onTop.getOrDefault(planned.work, ON_TOP));
      sum = time.isNegative() ? sum : sum.plus(time);
    }
    return sum;
  }

  /** As people read it. */
  @Override
  public String toString() {
    Duration time = left();
    return time.compareTo(IN_MINUTES) < 0
        ? time.toSeconds() + " s left"
        : Math.round(time.toSeconds() / 60.0) + " min left";
  }
}
