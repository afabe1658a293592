package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Work;

/** By which figure a kind of work is judged. */
public enum Metric {
  /** The median time of a message. */
  MEDIAN_TIME("µs"),
  /** The time that one message in a hundred exceeds. */
  TAIL_TIME("µs"),
  /** How many messages a second. */
  RATE("/s");

  private final String unit;

  Metric(String unit) {
    this.unit = unit;
  }

  public String unit() {
    return unit;
  }

  /** Whether less is better. */
  public boolean isTime() {
    return this != RATE;
  }

  double of(Outcome outcome) {
    return switch (this) {
      case MEDIAN_TIME -> outcome.micros(50);
      case TAIL_TIME -> outcome.micros(99);
      case RATE -> outcome.perSecond();
    };
  }

  /** At a fixed rate it is the tail that tells who copes. */
  public static Metric of(Work work, boolean fixedRate) {
    if (fixedRate) {
      return TAIL_TIME;
    }
    return work.isJudgedByTime() ? MEDIAN_TIME : RATE;
  }
}
