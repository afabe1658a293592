package dev.trefoil.samples.compare.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.samples.compare.trial.Figures;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GaugeTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void onlyWhatHappensWithinTheMeasuredTimeIsTimed() throws Exception {
    Gauge gauge = new Gauge();
    Gauge.Lane lane = gauge.lane();
    lane.count();
    lane.time(5);
    gauge.measure(Duration.ZERO, Duration.ofMillis(20));
    lane.count();
    lane.time(5);

    Figures figures = gauge.report();
    assertThat(gauge.isOver()).isTrue();
    assertThat(figures.histogram("times").getTotalCount()).isZero();
    assertThat(figures.number("messages_in_all")).isEqualTo(2);
    assertThat(figures.number("per_second")).isZero();
  }

  @Test
  void rateIsOfTheMeasuredTime() throws Exception {
    Gauge gauge = new Gauge();
    Crew crew = new Crew();
    crew.add(
        "counter",
        () -> {
          while (!gauge.isOver()) {
            gauge.lane().count();
            gauge.lane().time(1_000);
            // The work itself, not a wait: so there are a thousand a second at most.
            Thread.sleep(1);
          }
        });
    await().atMost(LIMIT).until(() -> gauge.messages() > 0); // so that some is warming up
    gauge.measure(Duration.ofMillis(20), Duration.ofMillis(200));
    crew.join();

    Figures figures = gauge.report();
    assertThat(figures.number("per_second")).isBetween(1.0, 1_100.0);
    assertThat(figures.number("messages")).isLessThan(figures.number("messages_in_all"));
    assertThat(figures.numbers("slice_medians")).hasSize(Gauge.SLICES).contains(1_003.0);
    assertThat(figures.histogram("times").getMaxValue()).isEqualTo(1_000);
  }

  @Test
  void errorsKeepTheWordsOfTheFirst() {
    Gauge gauge = new Gauge();
    gauge.lane().error(new IllegalStateException("first"));
    gauge.lane().error(new IllegalStateException("second"));

    assertThat(gauge.report().number("errors")).isEqualTo(2);
    assertThat(gauge.report().text("first_error")).isEqualTo("first");
  }

  @Test
  void fixedRateIsKeptByLateMessagesAsWell() throws Exception {
    Gauge gauge = new Gauge();
    Pace pace = new Pace(1_000, gauge);
    long first = pace.await();
    Thread.sleep(20); // a stall: what became due meanwhile is due when it was
    assertThat(pace.await()).isEqualTo(first + 1_000_000);
    assertThat(pace.await()).isEqualTo(first + 2_000_000);
  }
}
