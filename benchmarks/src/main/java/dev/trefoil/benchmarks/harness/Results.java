package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came out, round by round. Used by one thread. */
final class Results {
  /** One trial: figures, or why there are none. */
  private record Outcome(Map<Metric, Double> metrics, @Nullable String failure) {}

  private final List<Map<Work, Outcome>> rounds = new ArrayList<>();

  /** From now on results belong to another round. */
  void nextRound() {
    rounds.add(new LinkedHashMap<>());
  }

  void add(Work work, Map<Metric, Double> metrics) {
    rounds.get(rounds.size() - 1).put(work, new Outcome(metrics, null));
  }

  void fail(Work work, String why) {
    rounds.get(rounds.size() - 1).put(work, new Outcome(Map.of(), why));
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

  /** Every figure on a line of its own, for whoever wants to calculate. */
  List<String> csv() {
    List<String> lines = new ArrayList<>();
    lines.add("round,work,metric,value");
    for (int i = 0; i < rounds.size(); i++) {
      int round = i + 1;
      rounds
          .get(i)
          .forEach(
              (work, outcome) -> {
                outcome.metrics.forEach(
                    (metric, value) ->
                        lines.add(
                            String.format(
                                Locale.ROOT, "%d,%s,%s,%.3f", round, work, metric, value)));
                if (outcome.failure != null) {
                  lines.add(round + "," + work + ",FAILED," + quoted(outcome.failure));
                }
              });
    }
    return lines;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
