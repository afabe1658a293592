package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightTest {
  private final InFlight inFlight = new InFlight();

  @Test
  void countsWhatHasBegunAndNotEnded() {
    inFlight.begin();
    inFlight.begin();
    inFlight.end();
    assertThat(inFlight.count()).isEqualTo(1);
  }

  @Test
  void anAnswerThatNobodyAskedForCountsForNothing() {
    inFlight.end();
    inFlight.end();
    assertThat(inFlight.count()).isZero();
    inFlight.begin();
    assertThat(inFlight.count()).isEqualTo(1);
  }
}
