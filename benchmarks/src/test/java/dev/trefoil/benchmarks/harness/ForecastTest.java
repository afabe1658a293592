package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.trefoil.benchmarks.contest.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForecastTest {
  private static final Work PUSH = Work.of("nio-push", "size=64");
  private static final Work IDLE = Work.of("trefoil-idle", "idle=10");

  private final Forecast forecast = new Forecast();

  @Test
  void beforeAnythingRanEachTrialTakesItsTimeAndALittleMore() {
    forecast.plan(List.of(PUSH, IDLE), Pace.FULL, 5);

    assertThat(forecast.left()).isEqualTo(Duration.ofSeconds(5 * (10 + 3) + 5 * (42 + 3)));
    assertThat(forecast).hasToString("5 min left");
  }

  @Test
  void whatCameOnTopOfAShortTrialComesOnTopOfALongOne() {
    forecast.plan(List.of(PUSH), Pace.QUICK, 1);
    forecast.plan(List.of(PUSH), Pace.FULL, 2);
    forecast.ended(PUSH, Pace.QUICK, Duration.ofMillis(2_400 + 9_000));

    assertThat(forecast.left()).isEqualTo(Duration.ofSeconds(2 * (10 + 9)));
    assertThat(forecast).hasToString("38 s left");
  }

  @Test
  void aTrialThatFailedAtOnceTakesNoTimeAndNeverLessThanNone() {
    forecast.plan(List.of(PUSH), Pace.FULL, 1);
    forecast.plan(List.of(PUSH), Pace.QUICK, 2);
    forecast.ended(PUSH, Pace.FULL, Duration.ZERO);

    assertThat(forecast.left()).isZero();
  }

  @Test
  void whatIsTimedIsLeftNoMoreHoweverItEnds() throws Exception {
    forecast.plan(List.of(PUSH), Pace.FULL, 2);
    forecast.timing(Pace.FULL, work -> Map.of()).run(PUSH);
    Rounds.Runner failing =
        forecast.timing(
            Pace.FULL,
            work -> {
              throw new IllegalStateException("it fell over");
            });

    assertThatIllegalStateException().isThrownBy(() -> failing.run(PUSH));
    assertThat(forecast).hasToString("0 s left");
  }
}
