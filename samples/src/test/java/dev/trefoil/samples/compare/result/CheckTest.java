package dev.trefoil.samples.compare.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Work;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {
  private static final Cell PUSH = MadeUp.cell(Work.PUSH_ONE, "raw");
  private static final Cell ASK = MadeUp.cell(Work.REQUEST_ONE, "raw");

  @Test
  void equalCountsAgree() {
    assertThat(Check.of(List.of(MadeUp.pushing(PUSH, 1, 1e6, 1000))))
        .extracting(Check::meter, Check::counted, Check::metered, Check::agrees)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("trefoil.messages.received", 1000.0, 1000.0, true),
            org.assertj.core.groups.Tuple.tuple("trefoil.messages.sent", 1000.0, 1000.0, true));
  }

  @Test
  void oneMessageTooFewIsADisagreement() {
    Outcome outcome = MadeUp.pushing(PUSH, 1, 1e6, 1000);
    outcome.second().put("meter_received", 999L);

    assertThat(MadeUp.results(List.of(outcome)).disagreements())
        .containsExactly(
            "push-pull 1 to 1, at most once, raw, 1024 bytes: messages received: counted 1000.0,"
                + " trefoil.messages.received says 999.0");
  }

  @Test
  void redeliveriesAreNotCountedTwice() {
    Outcome outcome = MadeUp.pushing(PUSH, 1, 1e6, 1000);
    outcome.first().put("meter_sent", 1007L);
    outcome.first().put("meter_redelivered", 7L);

    assertThat(MadeUp.results(List.of(outcome)).disagreements()).isEmpty();
  }

  @Test
  void theMeterMayLackTheWakingUpAndNeverSaysMore() {
    assertThat(agreesOnTime(100, 90)).isTrue();
    assertThat(agreesOnTime(1000, 700)).isTrue();
    assertThat(agreesOnTime(1000, 450)).isFalse();
    assertThat(agreesOnTime(1000, 1005)).isTrue();
    assertThat(agreesOnTime(1000, 1100)).isFalse();
    assertThat(agreesOnTime(20, 60)).isFalse();
  }

  private static boolean agreesOnTime(double counted, double metered) {
    Outcome outcome = MadeUp.asking(ASK, 1, counted);
    outcome.second().put("meter_request_nanos", 1000 * metered * 1e3);
    return MadeUp.results(List.of(outcome)).disagreements().isEmpty();
  }

  @Test
  void dropsOfThePublisherAreComparedWithWhatDidNotCome() {
    Cell cell = MadeUp.cell(Work.PUBLISH, "raw");
    Outcome outcome = MadeUp.pushing(cell, 1, 1e6, 7 * 1000 + 200);
    outcome.second().put("received_slow", 200L);
    outcome.first().put("meter_dropped", 800L);

    assertThat(outcome.lost()).isZero();
    assertThat(outcome.lostBySlow()).isEqualTo(800);
    assertThat(MadeUp.results(List.of(outcome)).disagreements()).isEmpty();
  }

  @Test
  void referencesHaveNoMeters() {
    Outcome outcome =
        Outcome.measured(MadeUp.cell(Work.PUSH_ONE, "sockets"), 1, 5, new Figures(), new Figures());

    assertThat(Check.of(List.of(outcome))).isEmpty();
  }
}
