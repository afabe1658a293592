package dev.trefoil.samples.compare.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void medianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 1, 5, 3));
    assertThat(Spread.of(4, 1, 2, 100)).isEqualTo(new Spread(3, 1, 100, 4));
    assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7, 1));
  }

  @Test
  void nothingHasNoMedian() {
    assertThat(Spread.of().median()).isNaN();
    assertThat(Spread.of().rounds()).isZero();
  }

  @Test
  void rangesThatTouchOverlap() {
    assertThat(Spread.of(1, 2).overlaps(Spread.of(2, 3))).isTrue();
    assertThat(Spread.of(2, 3).overlaps(Spread.of(1, 2))).isTrue();
    assertThat(Spread.of(1, 9).overlaps(Spread.of(4, 5))).isTrue();
    assertThat(Spread.of(1, 2).overlaps(Spread.of(2.01, 3))).isFalse();
    assertThat(Spread.of(2.01, 3).overlaps(Spread.of(1, 2))).isFalse();
  }
}
