package dev.trefoil.samples.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.samples.TestCommand;
import dev.trefoil.samples.compare.report.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole command with its children, in trials of a blink. */
@Tag("one-jvm")
class CompareProcessTest {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void everyKindOfWorkIsMeasuredAndTheMetersAgree() throws Exception {
    Path out = folder.resolve("out");
    try (TestCommand compare =
        TestCommand.process(
            arguments(
                "--quick --transports raw,zmq,sp --sizes 512 --rounds 1 --trial-time 250ms --out",
                out))) {
      assertThat(exitCode(compare)).as(compare.err()).isZero();
      assertThat(compare.out())
          .contains("request-reply, one outstanding", "publish-subscribe 1 to 8, one slow")
          .contains("Verdict");
    }
    Map<?, ?> results =
        (Map<?, ?>) JsonReader.read(Files.readString(out.resolve("results.json"), UTF_8));
    List<?> cells = (List<?>) results.get("cells");
    assertThat(cells).hasSize(8 + 8 + 6 + 6 + 5);
    for (Object object : cells) {
      Map<?, ?> cell = (Map<?, ?>) object;
      if (hasStalled(cell)) {
        continue;
      }
      assertThat(cell.get("first_error")).as("%s", cell).isEqualTo("");
      assertThat(cell.get("errors")).as("%s", cell).isEqualTo(0.0);
      assertThat((Double) median(cell, "per_second")).as("%s", cell).isPositive();
      countsAgree(cell);
      if (!"publish-8".equals(cell.get("work"))) {
        assertThat(cell.get("lost_share")).as("%s", cell).isEqualTo(0.0);
      }
    }
    assertThat(Files.readAllLines(out.resolve("results.csv"))).hasSize(1 + cells.size());
    assertThat(Files.readString(out.resolve("report.html"))).contains("<title>Trefoil: ");
    assertThat(out.resolve("push-4-512-zmq.hgrm")).isNotEmptyFile();
  }

  /** JeroMQ's own connecter stalls now and then, and then a new connection brings nothing. */
  private static boolean hasStalled(Map<?, ?> cell) {
    return "jeromq".equals(cell.get("contestant"))
        && "request-new".equals(cell.get("work"))
        && !"".equals(cell.get("first_error"));
  }

  /** Mean times of a loaded machine's first requests tell nothing, so only counts are held here. */
  private static void countsAgree(Map<?, ?> cell) {
    List<?> checks = (List<?>) cell.get("checks");
    assertThat(checks.isEmpty()).as("%s", cell).isEqualTo(cell.get("reference"));
    for (Object object : checks) {
      Map<?, ?> check = (Map<?, ?>) object;
      if (!"mean time, µs".equals(check.get("what"))) {
        assertThat(check.get("counted")).as("%s", check).isEqualTo(check.get("metered"));
      }
    }
  }

  private static Object median(Map<?, ?> cell, String figure) {
    return ((Map<?, ?>) cell.get(figure)).get("median");
  }

  @Test
  void atAFixedRateNotMuchMoreIsSent() throws Exception {
    Path out = folder.resolve("out");
    try (TestCommand compare =
        TestCommand.process(
            arguments(
                "--quick --transports raw --sizes 64 --rounds 1 --trial-time 200ms --rate 200 --out",
                out))) {
      assertThat(exitCode(compare)).as(compare.err()).isZero();
      assertThat(compare.out()).contains("p99 us");
    }
    Map<?, ?> results =
        (Map<?, ?>) JsonReader.read(Files.readString(out.resolve("results.json"), UTF_8));
    for (Object object : (List<?>) results.get("cells")) {
      if (hasStalled((Map<?, ?>) object)) {
        continue;
      }
      Map<?, ?> round = (Map<?, ?>) ((List<?>) ((Map<?, ?>) object).get("rounds")).get(0);
      // 0.27 s of 200 a second, or 53; the sender may be late, and goes on until it is told that
      // the time is over, which a busy machine does a second later.
      assertThat((Double) round.get("sent")).as("%s", object).isBetween(10.0, 270.0);
      assertThat(((Map<?, ?>) object).get("lost_share")).isEqualTo(0.0);
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void stoppedComparisonShowsWhatItHasAndEndsItsChildren(String signal, int code) throws Exception {
    List<String> before = TestCommand.withUsualSignals();
    try (TestCommand compare =
        TestCommand.process(
            before,
            arguments(
                "--transports raw --sizes 64 --trial-time 20ms --out", folder.resolve("out")))) {
      compare.awaitErr("round 2 of");
      // Those of the first round have been ended, and others may not be there yet.
      await().atMost(LIMIT).until(() -> children(compare).size() >= 2);
      List<ProcessHandle> children = children(compare);
      compare.signal(signal);

      assertThat(exitCode(compare)).as(compare.err()).isEqualTo(code);
      assertThat(compare.err()).contains("compare: stopped").doesNotContain("\tat ");
      assertThat(compare.out()).contains("request-reply, one outstanding").contains("Verdict");
      awaitEnd(children);
    }
  }

  @Test
  void childrenEndWithAKilledParent() {
    try (TestCommand compare =
        TestCommand.process("compare", "--transports", "raw", "--trial-time", "2s")) {
      compare.awaitErr("round 1 of");
      await().atMost(LIMIT).until(() -> children(compare).size() >= 2);
      List<ProcessHandle> children = children(compare);
      compare.close();
      awaitEnd(children);
    }
  }

  private static List<ProcessHandle> children(TestCommand compare) {
    return ProcessHandle.of(compare.pid()).orElseThrow().descendants().toList();
  }

  private static void awaitEnd(List<ProcessHandle> children) {
    await().atMost(LIMIT).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static int exitCode(TestCommand compare) {
    await()
        .atMost(LIMIT)
        .until(() -> !ProcessHandle.of(compare.pid()).map(ProcessHandle::isAlive).orElse(false));
    return compare.exitCode();
  }

  private static String[] arguments(String words, Path out) {
    List<String> arguments = new ArrayList<>(List.of("compare"));
    arguments.addAll(Arrays.asList(words.split(" ", -1)));
    arguments.add(out.toString());
    return arguments.toArray(new String[0]);
  }
}
