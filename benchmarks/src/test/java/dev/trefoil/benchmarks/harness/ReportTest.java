package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.trefoil.benchmarks.contest.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From results to the table, and to the page that has it. */
class ReportTest {
  private static final Work SUBJECT = Work.of("trefoil-push", "size=64");
  private static final Work FLOOR = Work.of("nio-push", "size=64");
  private static final Row RATIO =
      new Row("r", "a ratio", Metric.RATE, SUBJECT, FLOOR, Target.atLeast(0.6));
  private static final Row PLAIN =
      new Row("p", "a figure", Metric.SERVER_ALLOCATED, SUBJECT, null, Target.atMost(112));

  @TempDir Path folder;

  private final StringBuilder csv = new StringBuilder();
  private final Results results = new Results(csv::append);

  private void round(double subject, double floor) {
    results.nextRound();
    results.add(SUBJECT, Map.of(Metric.RATE, subject, Metric.SERVER_ALLOCATED, 100.0));
    results.add(FLOOR, Map.of(Metric.RATE, floor));
  }

  @Test
  void aRatioIsTakenWithinARoundAndThenTheMedianOfThem() {
    round(6e6, 10e6);
    round(1e6, 1e6);
    round(7e6, 10e6);

    // The ratio of the two medians would be 0.6.
    assertThat(results.figures(RATIO)).containsExactly(0.6, 1.0, 0.7);
    assertThat(Table.of(List.of(RATIO), results))
        .contains("| a ratio | 6.00 M/s | 10.00 M/s | 0.70 (0.60 to 1.00) | ≥ 0.60 × | met |");
  }

  @Test
  void aRowThatMissesItsTargetSaysSo() {
    round(5e6, 10e6);

    assertThat(results.failed()).isEmpty();
    assertThat(Table.of(List.of(RATIO), results)).contains("| **not met** |");
  }

  @Test
  void aFigureWithoutReferenceIsHeldAgainstItsTargetItself() {
    round(1, 1);

    assertThat(Table.of(List.of(PLAIN), results))
        .contains("| a figure | 100 B (100 B to 100 B) | – | – | ≤ 112 B | met |");
  }

  @Test
  void aContestantThatFailedSpoilsItsOwnRowsOnlyAndTheRowSaysWhy() {
    results.nextRound();
    results.add(SUBJECT, Map.of(Metric.RATE, 1e6, Metric.SERVER_ALLOCATED, 100.0));
    results.fail(FLOOR, "it fell over");

    String table = Table.of(List.of(RATIO, PLAIN), results);

    assertThat(table).contains("| failed: it fell over |").contains("≤ 112 B | met |");
    assertThat(csv.toString().lines())
        .contains("1,trefoil-push size=64,RATE,1000000.000")
        .endsWith("1,nio-push size=64,FAILED,\"it fell over\"");
    assertThat(results.failed())
        .containsExactly("1 of 2 trials failed:", "  1 of 1: nio-push size=64");
  }

  @Test
  void aRoundThatFailedIsLeftOutAndMentioned() {
    round(7e6, 10e6);
    results.nextRound();
    results.fail(SUBJECT, "it fell over");

    assertThat(Table.of(List.of(RATIO), results)).contains("met (1 of 2 rounds: it fell over)");
  }

  @Test
  void thePageKeepsWhatStandsAroundItsMarks() throws IOException {
    Path page = folder.resolve("docs").resolve("PERFORMANCE.md");
    Page.write(page, "benchmarks/run", Pace.FULL, "| first |\n");
    Files.writeString(page, Files.readString(page) + "\nA remark.\n");
    Page.write(page, "benchmarks/run --rounds 3", Pace.QUICK, "| second |\n");

    assertThat(Files.readString(page))
        .startsWith("# Performance\n")
        .endsWith("\nA remark.\n")
        .contains(
            "`benchmarks/run --rounds 3`", "| second |", "first 1.2 of 2.4 seconds", "processors")
        .doesNotContain("| first |");
  }

  @Test
  void aPageWithOneMarkIsNotTouched() {
    assertThatIOException().isThrownBy(() -> Page.replace("<!-- measured: begin -->", "x"));
    assertThatIOException()
        .isThrownBy(() -> Page.replace("<!-- measured: end --> <!-- measured: begin -->", "x"));
  }
}
