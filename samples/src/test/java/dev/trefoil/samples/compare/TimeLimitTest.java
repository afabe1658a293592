package dev.trefoil.samples.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.samples.TestCommand;
import dev.trefoil.samples.compare.report.JsonReader;
import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Work;
import dev.trefoil.samples.shared.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promised time is kept whatever happens, and what there was no time for is told. */
@Tag("one-jvm")
class TimeLimitTest {
  /** How long a child may take for a step; without a hard end each of these tests waits as long. */
  private static final Duration STEP = Duration.ofSeconds(8);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"first", "ready", "go", "finish"})
  void aChildThatHangsDoesNotMakeItOverrun(String order) throws Exception {
    Plan plan = ofOneTrial(Duration.ofSeconds(1), Duration.ofSeconds(3));
    List<String> command = ChildProcess.command(ScriptedChild.class);
    command.add(1, "-D" + ScriptedChild.HANGS_AT + "=" + order);

    long start = System.nanoTime();
    try (Progress progress = new Progress(silence(), plan);
        Comparison comparison = new Comparison(plan, progress, Duration.ZERO, command)) {
      comparison.run();

      assertThat(since(start)).isBetween(plan.end(), STEP);
      assertThat(comparison.roundsDone()).isZero();
      assertThat(comparison.outcomes()).hasSize(1).allMatch(Outcome::cutShort);
      assertThat(comparison.outcomes().get(0).failure())
          .matches("cut short: the time was up while the (listening|connecting) process of raw .*");
    }
  }

  @Test
  void timeThatHasGoneBeforeCounts() throws Exception {
    Plan plan = ofOneTrial(Duration.ofSeconds(54), Duration.ofSeconds(56));
    long start = System.nanoTime();
    try (Progress progress = new Progress(silence(), plan);
        Comparison comparison =
            new Comparison(
                plan, progress, plan.limit(), ChildProcess.command(ScriptedChild.class))) {
      comparison.run();
      assertThat(comparison.outcomes()).isEmpty();
      assertThat(since(start)).isLessThan(STEP);
    }
  }

  @Test
  void moreThanThereIsTimeForEndsInTimeAndSaysThatItIsNotAll() throws Exception {
    // Nine of them are kept for the report, and a busy machine needs ten to start three JVMs.
    Duration promised = Duration.ofSeconds(30);
    TestCommand.line(); // what is made for the first command of a JVM takes none of its time
    long start = System.nanoTime();
    try (TestCommand compare =
        TestCommand.process(
            TestCommand.words(
                "compare --quick --transports raw --sizes 64 --trial-time 1s --rounds 100"
                    + " --within 30s --out "
                    + folder))) {
      assertThat(compare.exitCodeWithin(Duration.ofMinutes(2))).as(compare.err()).isZero();
      assertThat(since(start)).as(compare.err()).isLessThan(promised);
      assertThat(compare.err()).contains("the time was up after ").contains(" of 100 rounds");
      assertThat(compare.out()).contains("request-reply, one outstanding").contains("Verdict");
    }
    assertThat(results().get("complete")).isEqualTo(false);
    assertThat((List<?>) results().get("cells")).isNotEmpty();
    assertThat(folder.resolve("report.html")).content().contains("Not all rounds were done");
  }

  /** Really stopped processes, as a machine out of memory has them; the report is still written. */
  @Test
  void stoppedChildrenAreCutShortInTheReport() throws Exception {
    // No longer than the report and one step of a child take: else it is the step that ends first.
    Duration promised = Duration.ofSeconds(15);
    TestCommand.line(); // what is made for the first command of a JVM takes none of its time
    long start = System.nanoTime();
    try (TestCommand compare =
        TestCommand.process(
            TestCommand.words(
                "compare --quick --transports raw --sizes 64 --trial-time 30s --within 15s --out "
                    + folder))) {
      await().atMost(promised).until(() -> compare.descendants().size() >= 2);
      for (ProcessHandle child : compare.descendants()) {
        stop(child);
      }
      assertThat(compare.exitCodeWithin(Duration.ofMinutes(2))).as(compare.err()).isEqualTo(1);
      assertThat(since(start)).as(compare.err()).isLessThan(promised);
      assertThat(compare.err()).contains("nothing could be measured");
      assertThat(compare.out()).contains("0 cut").contains("raw: cut short: the time was up");
    }
    Map<?, ?> cell = (Map<?, ?>) ((List<?>) results().get("cells")).get(0);
    assertThat((String) cell.get("cut_short")).startsWith("cut short: ");
    assertThat(cell.get("errors")).isEqualTo(0.0);
    assertThat(folder.resolve("report.html")).content().contains("0, cut short");
  }

  private Map<?, ?> results() throws IOException {
    return (Map<?, ?>) JsonReader.read(Files.readString(folder.resolve("results.json"), UTF_8));
  }

  private static void stop(ProcessHandle process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /** The last trial of the last round: after it nothing would be looked at any more. */
  private static Plan ofOneTrial(Duration limit, Duration end) {
    Cell cell = new Cell(Work.PUSH_ONE, 64, new Contestant("raw"));
    Duration measured = Duration.ofMillis(10);
    return new Plan(List.of(cell), 1, false, 0, false, Duration.ZERO, measured, limit, end);
  }

  private static Console silence() {
    return Console.of(
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));
  }
}
