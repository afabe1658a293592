package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.trefoil.benchmarks.contest.Work;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, for a moment each: whether they can be measured, not what comes out. */
@Timeout(120)
class TrialTest {
  private static final Pace SHORT =
      new Pace(Duration.ofMillis(150), Duration.ofMillis(150), Duration.ofMillis(300));

  private final Trial trial = new Trial(SHORT, List.of("-XX:TieredStopAtLevel=1"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nio-push size=64",
        "nio-push size=1048576",
        "jeromq-push size=64",
        "trefoil-push scheme=raw size=64",
        "trefoil-push scheme=raw size=64 take=inline",
        "trefoil-push scheme=zmq size=64 assurance=acknowledged",
        "jeromq-publish size=64 subscribers=3",
        "trefoil-publish scheme=raw size=64 subscribers=3 stalled=1",
        "trefoil-publish scheme=raw size=64 subscribers=3 subscriptions=30 take=inline"
      })
  void whatArrivesIsCountedAndWhatItCostsIsKnown(String text) throws Exception {
    Map<Metric, Double> metrics = trial.run(Work.parse(List.of(text.split(" ", -1))));

    assertThat(metrics)
        .containsKeys(Metric.RATE, Metric.CPU, Metric.SERVER_CPU, Metric.SERVER_ALLOCATED);
    assertThat(metrics.get(Metric.RATE)).isPositive();
    assertThat(metrics.get(Metric.CPU)).isGreaterThan(metrics.get(Metric.SERVER_CPU));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sockets-request size=64",
        "spinning-request size=64",
        "jeromq-request size=64",
        "trefoil-request scheme=raw size=64 idle=5"
      })
  void roundTripsAreRecorded(String text) throws Exception {
    Map<Metric, Double> metrics = trial.run(Work.parse(List.of(text.split(" ", -1))));

    assertThat(metrics.get(Metric.P50)).isPositive();
    assertThat(metrics.get(Metric.P99)).isGreaterThanOrEqualTo(metrics.get(Metric.P50));
    assertThat(metrics.get(Metric.MAX)).isGreaterThanOrEqualTo(metrics.get(Metric.P999));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jeromq-dealer size=64 outstanding=16",
        "trefoil-request scheme=raw size=64 outstanding=16"
      })
  void manyRequestsAtOnceHaveARate(String text) throws Exception {
    Map<Metric, Double> metrics = trial.run(Work.parse(List.of(text.split(" ", -1))));

    assertThat(metrics.get(Metric.RATE)).isPositive();
  }

  @Test
  void idleConnectionsHaveMemoryAndLoadOnly() throws Exception {
    Work work = Work.of("trefoil-idle", "scheme=raw", "outstanding=0", "idle=20");

    assertThat(trial.run(work)).containsOnlyKeys(Metric.CONNECTION_MEMORY, Metric.SERVER_LOAD);
  }

  @Test
  void aContestantThatCannotOpenSaysWhy() {
    assertThatExceptionOfType(TrialException.class)
        .isThrownBy(() -> trial.run(Work.of("trefoil-push", "scheme=nowhere")))
        .withMessageContaining("server of trefoil-push")
        .withMessageContaining("nowhere");
  }

  @Test
  void aContestantThatIsSilentIsGivenUpAtTheDeadlineAndKilled() throws Exception {
    Work work = Work.of("nio-push", "size=64");
    ChildProcess child;
    try (ChildProcess server =
        ChildProcess.start(true, "-", work, Duration.ofSeconds(60), List.of())) {
      child = server;
      server.await("ready", Duration.ofSeconds(30));

      assertThatExceptionOfType(TrialException.class)
          .isThrownBy(() -> server.await("prepared", Duration.ofMillis(50)))
          .withMessageContaining("did not say 'prepared' within 50 ms");
      assertThat(server.isAlive()).isTrue();
    }
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aProcessThatEndsByItselfIsNoticed() throws Exception {
    String java = System.getProperty("java.home") + "/bin/java";
    try (ChildProcess child = ChildProcess.start("nobody", List.of(java, "-version"))) {
      assertThatExceptionOfType(TrialException.class)
          .isThrownBy(() -> child.await("ready", Duration.ofSeconds(30)))
          .withMessageContaining("nobody ended with code 0");
    }
  }

  @Test
  void aProcessThatIsKilledIsNoticed() throws Exception {
    try (ChildProcess child = shell("kill -9 $$")) {
      assertThatExceptionOfType(TrialException.class)
          .isThrownBy(() -> child.await("ready", Duration.ofSeconds(30)))
          .withMessageContaining("was killed by signal 9");
    }
  }

  private static ChildProcess shell(String script) throws IOException {
    return ChildProcess.start("script", List.of("sh", "-c", script));
  }

  private static void assertFails(String why, String script) {
    Trial scripted =
        new Trial(SHORT, (server, address, work) -> shell(script), Trial.Observer.NONE);
    assertThatExceptionOfType(TrialException.class)
        .isThrownBy(() -> scripted.run(Work.of("nio-push", "size=64")))
        .withMessageContaining(why)
        .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(600));
  }

  @Test
  void aSideThatTalksNonsenseIsQuotedAndNotAtLength() {
    assertFails("script said out of turn: Segmentation fault", "echo Segmentation fault; cat");
    assertFails(
        "said out of turn: a very",
        "yes a very long line | head -n 1000 | tr '\\n' '\\t'; echo; cat");
    assertFails("nanos=NaN", answering("nanos=NaN count=1 cpu=1 allocated=1 resident=1"));
    assertFails("a sample has no count", answering("nanos=1"));
  }

  @Test
  void aFigureThatIsNoNumberIsAFailureOfItsOwnTrial() {
    assertFails("is Infinity", answering("nanos=1 count=$((n += 9)) cpu=1 allocated=1 resident=1"));
  }

  /** A side that does as it is told, and has these figures whenever it is asked for some. */
  private static String answering(String sample) {
    return "echo ready -; while read -r word; do case $word in"
        + " prepare) echo prepared;; go) ;; stop) echo done;; *) echo sample "
        + sample
        + ";; esac; done";
  }

  @Test
  void aProcessEndsItselfWhenItsTimeIsUp() throws Exception {
    Work work = Work.of("nio-push", "size=64");
    try (ChildProcess child =
        ChildProcess.start(true, "-", work, Duration.ofSeconds(1), List.of())) {
      assertThatExceptionOfType(TrialException.class)
          .isThrownBy(
              () -> {
                child.await("ready", Duration.ofSeconds(30));
                child.await("prepared", Duration.ofSeconds(30));
              })
          .withMessageContaining("ended with code 3: its time was up");
    }
  }
}
