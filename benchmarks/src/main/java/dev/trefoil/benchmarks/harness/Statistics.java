package dev.trefoil.benchmarks.harness;

import java.util.Arrays;
import java.util.List;

/**
 * The middle and the ends of some values.
 *
 * @param median half are no larger, half no smaller
 * @param least the smallest
 * @param most the largest
 */
public record Statistics(double median, double least, double most) {
  /** Of at least one value. */
  public static Statistics of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there is no median of nothing");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (!Arrays.stream(sorted).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("not every value is a number: " + values);
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistics(median, sorted[0], sorted[sorted.length - 1]);
  }
}
