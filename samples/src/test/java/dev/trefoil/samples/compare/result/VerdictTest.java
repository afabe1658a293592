package dev.trefoil.samples.compare.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private final List<Outcome> outcomes = new ArrayList<>();

  @Test
  void fasterOneWinsWhereRangesAreApart() {
    asking("raw", 10, 11, 12);
    asking("zmq", 20, 22, 24);

    assertThat(verdict().winner()).isEqualTo("raw");
    assertThat(verdict().words()).isEqualTo("raw: 2.00 times as fast as zmq");
  }

  @Test
  void moreMessagesWinWhereTheRateCounts() {
    pushing("raw", 1e6, 1.05e6, 1.1e6);
    pushing("zmq", 3e6, 3.15e6, 3.3e6);

    assertThat(verdict().winner()).isEqualTo("zmq");
    assertThat(verdict().words()).isEqualTo("zmq: 3.00 times as many a second as raw");
  }

  @Test
  void nobodyWinsWhereRangesOverlap() {
    asking("raw", 10, 15, 21);
    asking("zmq", 20, 22, 24);

    assertThat(verdict().winner()).isEmpty();
    assertThat(verdict().words()).isEqualTo("no clear winner: raw and zmq overlap");
  }

  @Test
  void onlyThoseThatOverlapWithTheBestAreNamed() {
    asking("raw", 10, 15, 21);
    asking("zmq", 40, 45, 50);
    asking("sp", 9, 11, 13);

    assertThat(verdict().words()).isEqualTo("no clear winner: sp and raw overlap");
  }

  @Test
  void twoRoundsAreNoVerdict() {
    asking("raw", 10, 11);
    asking("zmq", 20, 21);

    assertThat(verdict().winner()).isEmpty();
    assertThat(verdict().words()).startsWith("no verdict: fewer than three rounds");
  }

  @Test
  void transportThatMissedARoundDoesNotLose() {
    asking("raw", 10, 11, 12);
    asking("zmq", 20, 21);

    assertThat(verdict().winner()).isEmpty();
    assertThat(verdict().words()).startsWith("no verdict: fewer than three rounds");
  }

  @Test
  void whoIsAloneIsCalledAlone() {
    pushing("raw", 1e6, 1.1e6);
    outcomes.add(Outcome.failed(cell("zmq", Work.PUSH_ONE), 1, "gone"));

    assertThat(verdict().words()).isEqualTo("only raw has figures");
  }

  @Test
  void referencesNeverWinButTellTheCost() {
    asking("raw", 20, 20, 20);
    asking("zmq", 60, 60, 60);
    asking("sockets", 10, 10);
    asking("jeromq", 40, 40);

    assertThat(verdict().winner()).isEqualTo("raw");
    assertThat(verdict().cost())
        .isEqualTo("raw has 2.00 times the time of sockets; zmq has 1.50 times the time of jeromq");
  }

  @Test
  void whoDoesNotKeepTheFixedRateIsTold() {
    pushing("raw", 990, 1_000);
    pushing("zmq", 500, 600);
    Results results =
        Results.of(outcomes.stream().map(Outcome::cell).distinct().toList(), outcomes, 1_000);

    assertThat(results.metric(Work.PUSH_ONE)).isEqualTo(Metric.TAIL_TIME);
    assertThat(results.laggards())
        .containsExactly(
            "push-pull 1 to 1, at most once, zmq, 1024 bytes: 550 of 1,000 messages a second");
    assertThat(MadeUp.results(outcomes).laggards()).isEmpty();
  }

  @Test
  void whereNothingWorkedItSaysSo() {
    outcomes.add(Outcome.failed(cell("raw", Work.PUSH_ONE), 1, "gone"));

    assertThat(verdict().words()).isEqualTo("nothing could be measured");
  }

  private void asking(String contestant, double... micros) {
    for (int i = 0; i < micros.length; i++) {
      outcomes.add(MadeUp.asking(cell(contestant, Work.REQUEST_ONE), i + 1, micros[i]));
    }
  }

  private void pushing(String contestant, double... rates) {
    for (int i = 0; i < rates.length; i++) {
      outcomes.add(MadeUp.pushing(cell(contestant, Work.PUSH_ONE), i + 1, rates[i], 1000));
    }
  }

  private static Cell cell(String contestant, Work work) {
    return MadeUp.cell(work, contestant);
  }

  private Verdict verdict() {
    List<Verdict> verdicts = MadeUp.results(outcomes).verdicts();
    assertThat(verdicts).hasSize(1);
    return verdicts.get(0);
  }
}
