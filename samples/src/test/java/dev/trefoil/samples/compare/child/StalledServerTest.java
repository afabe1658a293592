package dev.trefoil.samples.compare.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/**
 * A server that stands still once, as seen with {@code --rate} and without: at a fixed rate the
 * stall counts against each request that was due meanwhile, else against the one that met it.
 */
class StalledServerTest {
  private static final Duration MEASURED = Duration.ofMillis(900);
  private static final long STALL_MILLIS = 400;

  /** Few, so that a busy machine comes to it, and past the stall, within the measured time. */
  private static final long AFTER_REQUESTS = 20;

  private static final double FAR_TOO_LONG_NANOS = 60e6;

  /** 500 a second for 0.9 s: the stall delays 200 of 450, and those that queue up behind them. */
  @Test
  void atAFixedRateTheStallCountsAgainstAllThatHadToWait() throws Exception {
    Histogram times = timesAt(500);
    assertThat((double) times.getValueAtPercentile(75)).isGreaterThan(FAR_TOO_LONG_NANOS);
    assertThat(times.getMaxValue() / 1_000_000).isGreaterThanOrEqualTo(STALL_MILLIS - 5);
  }

  @Test
  void withoutARateItCountsOnce() throws Exception {
    Histogram times = timesAt(0);
    assertThat((double) times.getValueAtPercentile(75)).isLessThan(FAR_TOO_LONG_NANOS);
    assertThat(times.getMaxValue() / 1_000_000).isGreaterThanOrEqualTo(STALL_MILLIS - 5);
  }

  private static Histogram timesAt(int rate) throws Exception {
    Cell cell = new Cell(Work.REQUEST_ONE, 64, new Contestant("raw"));
    Trial trial = new Trial(cell, rate, Duration.ZERO, MEASURED);
    Gauge gauge = new Gauge();
    Crew crew = new Crew();
    long[] asked = new long[1];
    Asking.Call server =
        request -> {
          // The server's work, not a wait for anything: a millisecond, and once a stall.
          Thread.sleep(++asked[0] == AFTER_REQUESTS ? STALL_MILLIS : 1);
          return request;
        };
    crew.add("requester", new Asking(trial, gauge, server)::run);
    gauge.measure(trial.warmUp(), trial.measured());
    crew.join();
    return gauge.report().histogram("times");
  }
}
