package dev.trefoil.samples.compare.result;

import java.util.Arrays;

/**
 * The same figure from several rounds.
 *
 * @param rounds how many there were; with none, the others are not a number
 */
public record Spread(double median, double least, double most, int rounds) {
  /** Of these figures, in any order. */
  public static Spread of(double... figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    if (count == 0) {
      return new Spread(Double.NaN, Double.NaN, Double.NaN, 0);
    }
    double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    return new Spread(median, sorted[0], sorted[count - 1], count);
  }

  /** Whether some figure of one lies within the range of the other. */
  public boolean overlaps(Spread other) {
    return least <= other.most && other.least <= most;
  }
}
