package dev.trefoil.benchmarks.parts;

import dev.trefoil.benchmarks.harness.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code benchmarks/jmh --metrics}: what meters add to a push, as the median of ratios between two
 * JVMs that ran one after the other, so that a machine that slows down meanwhile does not count.
 */
public final class MetricsCost {
  private static final double LIMIT_PERCENT = 3;
  private static final int ROUNDS = 9;
  private static final int QUICK_ROUNDS = 3;

  private MetricsCost() {}

  /** Runs it; {@code quick} for a look. */
  public static void main(String[] arguments) throws RunnerException {
    boolean quick = arguments.length > 0 && arguments[0].equals("quick");
    List<Double> ratios = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    int rounds = quick ? QUICK_ROUNDS : ROUNDS;
    for (int round = 0; round < rounds; round++) {
      boolean metersFirst = round % 2 == 1;
      double first = nanos(metersFirst ? "simple" : "none", quick);
      double second = nanos(metersFirst ? "none" : "simple", quick);
      double none = metersFirst ? second : first;
      double simple = metersFirst ? first : second;
      System.out.printf(
          Locale.ROOT,
          "round %d of %d: without meters %.2f ns, with meters %.2f ns%n",
          round + 1,
          rounds,
          none,
          simple);
      without.add(none);
      ratios.add(simple / none);
    }
    Statistics cost = Statistics.of(ratios);
    System.out.printf(
        Locale.ROOT,
        "a push takes %.1f ns; meters add %.1f %% (%.1f to %.1f %%), less than %.0f %% is %s%n",
        Statistics.of(without).median(),
        percent(cost.median()),
        percent(cost.least()),
        percent(cost.most()),
        LIMIT_PERCENT,
        percent(cost.median()) < LIMIT_PERCENT ? "met" : "not met");
  }

  private static double percent(double ratio) {
    return 100 * (ratio - 1);
  }

  private static double nanos(String registry, boolean quick) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(PushBenchmark.class.getName() + ".tryPush$")
            .param("registry", registry)
            .forks(1)
            .warmupIterations(quick ? 2 : 5)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(quick ? 2 : 8)
            .measurementTime(TimeValue.milliseconds(500))
            .verbosity(VerboseMode.SILENT)
            .build();
    RunResult result = new Runner(options).runSingle();
    return result.getPrimaryResult().getScore();
  }
}
