package dev.trefoil.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GaugeTest {
  private final Gauge gauge = new Gauge();

  @Test
  void itSumsWhatEachThreadCounted() throws InterruptedException {
    Gauge.Tally mine = gauge.newTally();
    Gauge.Tally other = gauge.newTally();
    Thread thread = new Thread(() -> other.add(40));
    thread.start();
    mine.add(1);
    mine.add(1);
    thread.join(5_000);

    assertThat(gauge.count()).isEqualTo(42);
  }

  @Test
  void roundTripsCountOnlyWhileTheyAreRecorded() {
    gauge.latency(1_000);
    gauge.record(true);
    gauge.latency(2_000);
    gauge.latency(2_000);
    gauge.record(false);
    gauge.latency(3_000);

    assertThat(gauge.latencies().getTotalCount()).isEqualTo(2);
    assertThat(gauge.latencies().getValueAtPercentile(50)).isBetween(2_000L, 2_001L);
  }

  @Test
  void aRoundTripOfMoreThanAMinuteCountsAsOne() {
    gauge.record(true);
    gauge.latency(Long.MAX_VALUE);

    assertThat(gauge.latencies().getTotalCount()).isEqualTo(1);
  }

  @Test
  void itSaysWhenToStop() throws InterruptedException {
    assertThat(gauge.awaitStop(Duration.ofMillis(1))).isFalse();
    gauge.stop();

    assertThat(gauge.isStopped()).isTrue();
    assertThat(gauge.awaitStop(Duration.ofMillis(1))).isTrue();
  }
}
