package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What came out, round by round. Used by one thread. */
final class Results {
  /** One trial: figures, or why there are none. */
  private record Outcome(Map<Metric, Double> metrics, @Nullable String failure) {}

  /** The first line of what is heard of trials. */
  static final String HEADER = "round,work,metric,value";

  private final List<Map<Work, Outcome>> rounds = new ArrayList<>();
  private final Consumer<String> csv;

  Results() {
    this(lines -> {});
  }

  /** Tells of each trial as it ends: a line for every figure, for whoever wants to calculate. */
  Results(Consumer<String> csv) {
    this.csv = csv;
  }

  /** From now on results belong to another round. */
  void nextRound() {
    rounds.add(new LinkedHashMap<>());
  }

  void add(Work work, Map<Metric, Double> metrics) {
    put(work, new Outcome(metrics, null));
  }

  void fail(Work work, String why) {
    put(work, new Outcome(Map.of(), why));
  }

  private void put(Work work, Outcome outcome) {
    rounds.get(rounds.size() - 1).put(work, outcome);
    csv.accept(lines(rounds.size(), work, outcome));
  }

  int rounds() {
    return rounds.size();
  }

  /** What a row's figure was in each round where all that it needs went well. */
  List<Double> figures(Row row) {
    Work reference = row.reference();
    List<Double> figures = new ArrayList<>();
    for (Map<Work, Outcome> round : rounds) {
      Double subject = value(round, row.subject(), row.metric());
      Double other = reference == null ? null : value(round, reference, row.metric());
      if (subject != null && reference == null) {
        figures.add(subject);
      } else if (subject != null && other != null && other != 0) {
        figures.add(subject / other);
      }
    }
    return figures;
  }

  /** A metric of one contestant in each round where it went well. */
  List<Double> values(Work work, Metric metric) {
    List<Double> values = new ArrayList<>();
    for (Map<Work, Outcome> round : rounds) {
      Double value = value(round, work, metric);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  private static @Nullable Double value(Map<Work, Outcome> round, Work work, Metric metric) {
    Outcome outcome = round.get(work);
    return outcome == null ? null : outcome.metrics.get(metric);
  }

  /** Why rounds of a row gave no figure; each reason once. */
  List<String> failures(Row row) {
    List<String> failures = new ArrayList<>();
    for (Map<Work, Outcome> round : rounds) {
      for (Work work : row.works()) {
        Outcome outcome = round.get(work);
        if (outcome != null && outcome.failure != null && !failures.contains(outcome.failure)) {
          failures.add(outcome.failure);
        }
      }
    }
    return failures;
  }

  /** How many trials failed, and whose, as lines; none if all went well. */
  List<String> failed() {
    Map<Work, Integer> failed = new LinkedHashMap<>();
    int trials = 0;
    for (Map<Work, Outcome> round : rounds) {
      trials += round.size();
      round.forEach(
          (work, outcome) -> {
            if (outcome.failure != null) {
              failed.merge(work, 1, Integer::sum);
            }
          });
    }
    if (failed.isEmpty()) {
      return List.of();
    }
    int sum = failed.values().stream().mapToInt(Integer::intValue).sum();
    List<String> lines = new ArrayList<>();
    lines.add(sum + " of " + trials + " trials failed:");
    failed.forEach((work, count) -> lines.add("  " + count + " of " + rounds() + ": " + work));
    return lines;
  }

  private static String lines(int round, Work work, Outcome outcome) {
    StringBuilder lines = new StringBuilder();
    outcome.metrics.forEach(
        (metric, value) ->
            lines.append(
                String.format(Locale.ROOT, "%d,%s,%s,%.3f\n", round, work, metric, value)));
    if (outcome.failure != null) {
      lines.append(round + "," + work + ",FAILED," + quoted(outcome.failure) + "\n");
    }
    return lines.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
