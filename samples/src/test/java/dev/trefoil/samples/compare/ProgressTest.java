package dev.trefoil.samples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Work;
import dev.trefoil.samples.shared.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Plan plan =
      Plan.of(new Settings(List.of(new Contestant("raw")), List.of(64), true, 0, null, null, null));
  private final Progress progress =
      new Progress(
          Console.of(
              InputStream.nullInputStream(),
              OutputStream.nullOutputStream(),
              new PrintStream(err, true, StandardCharsets.UTF_8)),
          plan);
  private final Plan.Step step =
      new Plan.Step(new Cell(Work.PUSH_FOUR, 64, new Contestant("raw")), true, plan.measured());

  @Test
  void lineSaysWhatRunsAndTheTimeLeft() {
    progress.trial(step, 2);

    assertThat(progress.text(step, 2, 0))
        .matches(
            "compare: 1 of \\d+   0:\\d\\d left   round 2: push-pull 1 to 4, at most once, 64 B, raw");
    assertThat(progress.text(new Plan.Step(step.cell(), false, plan.measured()), 1, 0))
        .contains("round 1, warming up:");
  }

  @Test
  void timeLeftIsNeverMoreThanTheLimitAllows() {
    for (int i = 0; i < plan.trials() / 2; i++) {
      progress.trial(step, 1);
    }
    long nearTheLimit = plan.limit().minus(Duration.ofSeconds(5)).toNanos();

    assertThat(progress.text(step, 1, nearTheLimit)).contains(" 0:05 left ");
    assertThat(progress.text(step, 1, plan.limit().toNanos() * 2)).contains(" 0:00 left ");
  }

  @Test
  void withoutATerminalEachRoundIsALine() {
    progress.round(1);
    progress.trial(step, 1);
    progress.close();

    assertThat(err.toString(StandardCharsets.UTF_8))
        .matches("compare: round 1 of 3, 0:\\d\\d left\\R");
  }
}
