package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.benchmarks.contest.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final Work A = Work.of("trefoil-push", "size=64");
  private static final Work B = Work.of("nio-push", "size=64");
  private static final List<Row> ROWS =
      List.of(
          new Row("rate", "rate", Metric.RATE, A, B, null),
          new Row("cpu", "cpu", Metric.CPU, A, B, null));

  private final List<Work> ran = new ArrayList<>();
  private final Results results = new Results();

  @Test
  void eachContestantRunsOnceARoundAndEverySecondRoundGoesBackwards() throws Exception {
    Rounds rounds = new Rounds(ROWS, this::succeed, line -> {});
    rounds.run(3, results);

    assertThat(ran).containsExactly(A, B, B, A, A, B);
    assertThat(results.values(A, Metric.RATE)).hasSize(3);
  }

  @Test
  void theWarmUpLeavesNoResult() throws Exception {
    new Rounds(ROWS, this::succeed, line -> {}).warmUp();

    assertThat(ran).containsExactly(A, B);
    assertThat(results.rounds()).isZero();
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthersFromRunning() throws Exception {
    Rounds rounds =
        new Rounds(
            ROWS,
            work -> {
              if (work.equals(A)) {
                throw new TrialException("it fell over");
              }
              return succeed(work);
            },
            line -> {});
    rounds.run(2, results);

    assertThat(ran).containsExactly(B, B);
    assertThat(results.failures(ROWS.get(0))).containsExactly("it fell over");
  }

  @Test
  void aMistakeOfTheHarnessInOneTrialDoesNotCostTheOthers() throws Exception {
    List<String> said = new ArrayList<>();
    Rounds rounds =
        new Rounds(
            ROWS,
            work -> {
              if (work.equals(A)) {
                throw new IllegalStateException("a mistake");
              }
              return succeed(work);
            },
            said::add);
    rounds.run(1, results);

    assertThat(ran).containsExactly(B);
    assertThat(said).contains("failed: java.lang.IllegalStateException: a mistake");
  }

  private Map<Metric, Double> succeed(Work work) {
    ran.add(work);
    return Map.of(Metric.RATE, 1.0);
  }
}
