package dev.trefoil.samples.compare.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes between the processes arrives as it was. */
class TrialTest {
  @ParameterizedTest
  @EnumSource
  void trialsSurviveTheirLine(Work work) {
    Trial trial =
        new Trial(
            new Cell(work, 65_536, new Contestant("raw+unix")),
            1000,
            Duration.ofMillis(3),
            Duration.ofSeconds(2));

    assertThat(Trial.decode(trial.encode())).isEqualTo(trial);
    assertThat(trial.encode()).doesNotContain("\n");
  }

  @Test
  void figuresSurviveTheirLine() {
    Histogram times = Figures.newHistogram();
    times.recordValueWithCount(20_000, 99);
    times.recordValue(70_000_000_000L);
    Figures figures = new Figures();
    figures.put("times", times);
    figures.put("many", 1.5, 0, 1e-9);
    figures.put("count", (1L << 53) - 1);
    figures.put("words", "no room = a bad, long\nline ü 100 %");

    String line = figures.encode();
    Figures read = Figures.decode(line);

    assertThat(line).doesNotContain("\n");
    assertThat(read.histogram("times")).isEqualTo(times);
    assertThat(read.numbers("many")).containsExactly(1.5, 0, 1e-9);
    assertThat(read.number("count")).isEqualTo((1L << 53) - 1);
    assertThat(read.text("words")).isEqualTo("no room = a bad, long\nline ü 100 %");
    assertThat(read.has("nothing")).isFalse();
    assertThat(read.number("nothing")).isZero();
    assertThat(read.histogram("nothing").getTotalCount()).isZero();
  }
}
