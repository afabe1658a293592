package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void aLimitIsMetByTheValueItself() {
    assertThat(Target.atLeast(0.6).isMetBy(0.6)).isTrue();
    assertThat(Target.atLeast(0.6).isMetBy(0.59)).isFalse();
    assertThat(Target.atMost(1.3).isMetBy(1.3)).isTrue();
    assertThat(Target.atMost(1.3).isMetBy(1.31)).isFalse();
  }

  @Test
  void aRelaxedTargetIsHalfAsAmbitious() {
    assertThat(Target.atLeast(0.6).relaxed()).isEqualTo(Target.atLeast(0.3));
    assertThat(Target.atMost(1.5).relaxed()).isEqualTo(Target.atMost(3));
  }
}
