package dev.trefoil.spi.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pauses between attempts to connect. */
final class BackoffTest {
  private static final long MIN = Duration.ofMillis(100).toNanos();
  private static final long MAX = Duration.ofSeconds(1).toNanos();
  private static final int MANY = 1_000;

  /** Ceilings of the pauses of an attempt, and of all after it. */
  private static final long[] CEILINGS = {MIN, 2 * MIN, 4 * MIN, 8 * MIN, MAX, MAX, MAX};

  private final Random random = new Random(7);

  private Backoff backoff() {
    return new Backoff(Duration.ofNanos(MIN), Duration.ofNanos(MAX), random);
  }

  @Test
  void pausesAreSpreadUpToACeilingThatDoublesAndEnds() {
    for (int attempt = 0; attempt < CEILINGS.length; attempt++) {
      long least = Long.MAX_VALUE;
      long most = 0;
      for (int i = 0; i < MANY; i++) {
        Backoff backoff = backoff();
        long pause = backoff.nextNanos();
        for (int before = 0; before < attempt; before++) {
          pause = backoff.nextNanos();
        }
        least = Math.min(least, pause);
        most = Math.max(most, pause);
      }
      long width = CEILINGS[attempt] - MIN / 2;
      assertThat(least).isBetween(MIN / 2, MIN / 2 + width / 10);
      assertThat(most).isBetween(CEILINGS[attempt] - width / 10, CEILINGS[attempt]);
    }
  }

  @Test
  void afterAConnectionThatHeldItStartsAnew() {
    for (int i = 0; i < MANY; i++) {
      Backoff backoff = backoff();
      for (int before = 0; before < 10; before++) {
        backoff.nextNanos();
      }
      backoff.reset();
      assertThat(backoff.nextNanos()).isLessThanOrEqualTo(MIN);
    }
  }

  @Test
  void aLeastPauseAboveTheLongestIsTheLongest() {
    Backoff backoff = new Backoff(Duration.ofNanos(MAX), Duration.ofNanos(MIN), new Random(1));
    for (int i = 0; i < MANY; i++) {
      assertThat(backoff.nextNanos()).isBetween(MAX / 2, MAX);
    }
  }

  @Test
  void noPauseAtAllIsPossible() {
    Backoff backoff = new Backoff(Duration.ZERO, Duration.ZERO, new Random(1));
    assertThat(backoff.nextNanos()).isZero();
  }
}
