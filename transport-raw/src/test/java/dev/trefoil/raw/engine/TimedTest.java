package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Times that a loop may put off a little, so that it wakes up less often. */
final class TimedTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aTimeIsPutOffByAFiftiethAtMost() {
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      long now = random.nextLong();
      long left = random.nextLong() >>> (2 + random.nextInt(61));
      long rounded = Timed.rounded(now + left, now) - now;
      assertThat(rounded).isBetween(left, left + left / 50);
    }
    assertThat(Timed.rounded(Long.MAX_VALUE, 5)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void tenThousandConnectionsWakeTheirLoopSomeTimesASecond() {
    Set<Long> moments = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      long now = i * SECOND / 1_000;
      moments.add(Timed.rounded(now + 10 * SECOND, now));
    }
    assertThat(moments).hasSizeBetween(50, 150);
  }
}
