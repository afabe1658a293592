package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.spi.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimekeeperTest {
  private final List<String> ran = new ArrayList<>();

  private static long millis(long count) {
    return Duration.ofMillis(count).toNanos();
  }

  @Test
  void shouldRunTasksInTheOrderOfTheirTimes() {
    ManualTimekeeper time = new ManualTimekeeper();
    time.schedule(millis(20), () -> ran.add("b at " + time.nanoTime() / 1_000_000));
    time.schedule(millis(10), () -> ran.add("a at " + time.nanoTime() / 1_000_000));
    time.schedule(millis(20), () -> ran.add("c at " + time.nanoTime() / 1_000_000));
    time.advance(Duration.ofMillis(9));
    assertThat(ran).isEmpty();
    time.advance(Duration.ofMillis(11));
    assertThat(ran).containsExactly("a at 10", "b at 20", "c at 20");
    assertThat(time.pending()).isZero();
    assertThat(time.nanoTime()).isEqualTo(millis(20));
  }

  @Test
  void shouldRunWhatTasksScheduleOnTheWay() {
    ManualTimekeeper time = new ManualTimekeeper();
    time.schedule(
        millis(1),
        () -> {
          ran.add("first");
          time.schedule(millis(1), () -> ran.add("second"));
          time.schedule(millis(9), () -> ran.add("third"));
        });
    time.advance(Duration.ofMillis(5));
    assertThat(ran).containsExactly("first", "second");
    time.advance(Duration.ofMillis(5));
    assertThat(ran).containsExactly("first", "second", "third");
  }

  @Test
  void shouldNotRunWhatWasTakenBack() {
    ManualTimekeeper time = new ManualTimekeeper();
    Timekeeper.Timeout timeout = time.schedule(millis(1), () -> ran.add("never"));
    assertThat(timeout.cancel()).isTrue();
    assertThat(timeout.cancel()).isFalse();
    assertThat(time.pending()).isZero();
    time.advance(Duration.ofSeconds(1));
    assertThat(ran).isEmpty();
  }

  @Test
  void shouldSayThatWhatHasRunCannotBeTakenBack() {
    ManualTimekeeper time = new ManualTimekeeper();
    Timekeeper.Timeout timeout = time.schedule(0, () -> ran.add("now"));
    time.advance(Duration.ZERO);
    assertThat(ran).containsExactly("now");
    assertThat(timeout.cancel()).isFalse();
  }

  @Test
  void shouldKeepOrderWhereNanosecondsOverflow() {
    ManualTimekeeper time = new ManualTimekeeper(Long.MAX_VALUE - millis(5));
    time.schedule(millis(10), () -> ran.add("after"));
    time.schedule(millis(1), () -> ran.add("before"));
    time.advance(Duration.ofMillis(20));
    assertThat(ran).containsExactly("before", "after");
  }

  @Test
  void shouldStopWhereATaskThrows() {
    ManualTimekeeper time = new ManualTimekeeper();
    time.schedule(
        millis(1),
        () -> {
          throw new IllegalStateException("broken");
        });
    time.schedule(millis(2), () -> ran.add("later"));
    assertThatThrownBy(() -> time.advance(Duration.ofMillis(5))).hasMessage("broken");
    assertThat(time.nanoTime()).isEqualTo(millis(1));
    time.advance(Duration.ofMillis(5));
    assertThat(ran).containsExactly("later");
  }
}
