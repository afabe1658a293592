package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Fails when a hot path is broken: ratios within one run, held against half of what is aimed at, or
 * of what was reached where that is less. Runs only with {@code -Dtrefoil.guard=true}, since it
 * wants both processors for a minute and a half.
 */
@Tag("guard")
@Timeout(240)
class GuardTest {
  /** Rows to look at; those with a figure reach this, not their target, if one core is busy. */
  private static final Map<String, Double> GUARDED = guarded();

  /** Until then a row that missed is measured again: on a busy machine one trial says little. */
  private static final Duration TO_TRY_AGAIN = Duration.ofSeconds(130);

  private static Map<String, Double> guarded() {
    Map<String, Double> rows = new LinkedHashMap<>();
    rows.put("push-64-floor", Double.NaN);
    rows.put("push-64-jeromq", Double.NaN);
    rows.put("push-64-acknowledged", 0.5);
    rows.put("push-64-allocated", Double.NaN);
    rows.put("pull-64-allocated", Double.NaN);
    rows.put("request-64-p50", 2.0);
    rows.put("request-64-256", 0.5); // 2.0 idle, 0.3 with one core busy
    rows.put("publish-64-8", Double.NaN);
    rows.put("publish-64-subscriptions", 3.0); // 1.3 to 3.2 in long trials
    rows.put("zmq-push-64", Double.NaN);
    rows.put("zmq-request-64-p50", Double.NaN);
    return rows;
  }

  @Test
  void theHotPathsReachHalfOfTheirTargets() throws Exception {
    List<Row> rows = Rows.all().stream().filter(row -> GUARDED.containsKey(row.id())).toList();
    assertThat(rows).extracting(Row::id).containsExactlyInAnyOrderElementsOf(GUARDED.keySet());
    Trial trial = new Trial(Pace.GUARD, List.of());
    Map<String, String> said = new LinkedHashMap<>();
    long deadline = System.nanoTime() + TO_TRY_AGAIN.toNanos();
    List<Row> missing = new ArrayList<>();
    for (Row row : judge(rows, trial, said)) {
      boolean again = System.nanoTime() < deadline;
      missing.addAll(again ? judge(List.of(row), trial, said) : List.of(row));
    }
    String report = String.join("\n", said.values());
    System.out.println(report);

    assertThat(missing).as("%s", report).extracting(Row::id).isEmpty();
  }

  /** Returns those that miss even the relaxed target, or gave no figure. */
  private static List<Row> judge(List<Row> rows, Trial trial, Map<String, String> said)
      throws IOException, InterruptedException {
    Results results = new Results();
    new Rounds(rows, trial::run, line -> {}).run(1, results);
    List<Row> missing = new ArrayList<>();
    for (Row row : rows) {
      Target margin = margin(row);
      List<Double> figures = results.figures(row);
      boolean good = !figures.isEmpty() && margin.isMetBy(figures.get(0));
      if (!good) {
        missing.add(row);
      }
      String figure =
          figures.isEmpty()
              ? results.failures(row).toString()
              : String.format(Locale.ROOT, "%.2f", figures.get(0));
      String before = said.containsKey(row.id()) ? said.get(row.id()) + ", again: " : "";
      said.put(
          row.id(),
          before.isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "guard: %-26s %8s, must be %s%s",
                  row.id(),
                  figure,
                  margin,
                  good ? "" : " MISSED")
              : before + figure + (good ? "" : " MISSED"));
    }
    return missing;
  }

  private static Target margin(Row row) {
    Target target = row.target();
    if (target == null) {
      throw new IllegalStateException(row.id() + " has no target");
    }
    double reached = GUARDED.getOrDefault(row.id(), Double.NaN);
    boolean met = Double.isNaN(reached) || target.isMetBy(reached);
    return met ? target.relaxed() : new Target(target.atLeast(), reached).relaxed();
  }
}
