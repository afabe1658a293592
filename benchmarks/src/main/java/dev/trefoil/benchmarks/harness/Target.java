package dev.trefoil.benchmarks.harness;

import java.util.Locale;

/**
 * What a figure is to reach.
 *
 * @param atLeast whether larger is better
 * @param limit the last value that is good enough
 */
record Target(boolean atLeast, double limit) {
  static Target atLeast(double limit) {
    return new Target(true, limit);
  }

  static Target atMost(double limit) {
    return new Target(false, limit);
  }

  boolean isMetBy(double value) {
    return atLeast ? value >= limit : value <= limit;
  }

  /** Half as ambitious: what only a broken hot path misses, and noise does not. */
  Target relaxed() {
    return new Target(atLeast, atLeast ? limit / 2 : limit * 2);
  }

  String sign() {
    return atLeast ? "≥" : "≤";
  }

  @Override
  public String toString() {
    return sign() + " " + String.format(Locale.ROOT, "%.2f", limit);
  }
}
