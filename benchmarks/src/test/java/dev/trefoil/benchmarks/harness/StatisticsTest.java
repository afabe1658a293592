package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticsTest {
  @Test
  void theMedianOfAnOddNumberIsTheOneInTheMiddle() {
    assertThat(Statistics.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Statistics(4, 1, 9));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.of(List.of(8.0, 1.0, 4.0, 2.0))).isEqualTo(new Statistics(3, 1, 8));
  }

  @Test
  void ofOneValueAllThreeAreTheSame() {
    assertThat(Statistics.of(List.of(7.0))).isEqualTo(new Statistics(7, 7, 7));
  }

  @Test
  void nothingAndNoNumberAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.of(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> Statistics.of(List.of(1.0, Double.NaN)));
  }
}
