package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What one message costs: one work's line of the table that {@code benchmarks/profile} prints. */
final class Profile {
  private static final int MESSAGES = 1_000;
  private static final String LOCKS = "locks";

  private final Pace pace;
  private final List<String> javaOptions;

  Profile(Pace pace, List<String> javaOptions) {
    this.pace = pace;
    this.javaOptions = javaOptions;
  }

  /** The heading of the table. */
  static List<String> heading() {
    return List.of(
        "| work | a second | CPU, ns | allocated, B | switches | system calls |"
            + " `write` · `read` · `epoll_wait` · `futex` | waits for a lock |",
        "|---|---|---|---|---|---|---|---|");
  }

  /** Runs two trials a round, since the flight recorder would be counted by the other. */
  String line(String name, Work work, int rounds)
      throws TrialException, IOException, InterruptedException {
    Map<Metric, List<Double>> metrics = new EnumMap<>(Metric.class);
    Map<String, List<Double>> counts = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      SystemCalls calls = new SystemCalls(pace.counted());
      Map<Metric, Double> measured = new Trial(pace, javaOptions, calls).run(work);
      double rate = rate(measured);
      measured.forEach((metric, value) -> of(metrics, metric).add(value));
      calls.perSecond().forEach((call, count) -> of(counts, call).add(count * MESSAGES / rate));
      of(counts, LOCKS).add(waits(work));
    }
    return line(name, metrics, counts);
  }

  private static <K> List<Double> of(Map<K, List<Double>> lists, K key) {
    return lists.computeIfAbsent(key, any -> new ArrayList<>());
  }

  private double waits(Work work) throws TrialException, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("profile");
    try {
      LockWaits locks = new LockWaits(folder);
      List<String> options = new ArrayList<>(javaOptions);
      options.addAll(locks.javaOptions());
      double rate = rate(new Trial(pace, options, locks).run(work));
      return locks.perSecond() * MESSAGES / rate;
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static double rate(Map<Metric, Double> metrics) throws TrialException {
    Double rate = metrics.get(Metric.RATE);
    if (rate == null) {
      throw new TrialException("nothing arrives in this work, so nothing has a cost");
    }
    return rate;
  }

  private static String line(
      String name, Map<Metric, List<Double>> metrics, Map<String, List<Double>> counts) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.0f | %s | %s | %s · %s · %s · %s | %s |",
        name,
        Metric.RATE.show(median(metrics, Metric.RATE)),
        number(median(metrics, Metric.CPU)),
        median(metrics, Metric.SERVER_ALLOCATED) + median(metrics, Metric.CLIENT_ALLOCATED),
        number(median(counts, "switches")),
        number(median(counts, "calls")),
        number(median(counts, "write")),
        number(median(counts, "read")),
        number(median(counts, "epoll_wait")),
        number(median(counts, "futex")),
        number(median(counts, LOCKS)));
  }

  private static <K> double median(Map<K, List<Double>> lists, K key) {
    return Statistics.of(lists.getOrDefault(key, List.of())).median();
  }

  /** With two digits that say something, or all there are. */
  static String number(double value) {
    int digits = value < 0.995 ? 2 : value < 9.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
