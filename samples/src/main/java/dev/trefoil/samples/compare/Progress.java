package dev.trefoil.samples.compare;

import dev.trefoil.samples.compare.report.Words;
import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Text;
import java.time.Duration;

/**
 * Says what runs and how long it will take: a line that changes in place on a terminal, else a line
 * for each round. For one thread; close it to take the line away.
 */
final class Progress implements AutoCloseable {
  private static final double SETTLED = 0.1;

  private final Console console;
  private final Plan plan;
  private final long start = System.nanoTime();
  private int begun;
  private Duration begunTime = Duration.ZERO;
  private Duration lastTime = Duration.ZERO;

  Progress(Console console, Plan plan) {
    this.console = console;
    this.plan = plan;
  }

  void round(int round) {
    if (!console.errIsTerminal()) {
      String left = left(begunTime.plus(lastTime), System.nanoTime() - start);
      console.note("compare: round " + round + " of " + plan.rounds() + ", " + left + " left");
    }
  }

  void trial(Plan.Step step, int round) {
    begun++;
    begunTime = begunTime.plus(lastTime);
    lastTime = plan.likely(step);
    if (console.errIsTerminal()) {
      console.live(text(step, round, System.nanoTime() - start));
    }
  }

  String text(Plan.Step step, int round, long nanos) {
    String which = "round " + round + (step.counts() ? "" : ", warming up");
    Cell cell = step.cell();
    return Text.format(
        "compare: %d of %d   %s left   %s: %s, %s, %s",
        begun,
        plan.trials(),
        left(begunTime, nanos),
        which,
        cell.work().title(),
        Words.size(cell.size()),
        cell.contestant().name());
  }

  /** As planned, or longer if it has taken longer so far; such as {@code 0:38}. */
  private String left(Duration done, long nanos) {
    double whole = plan.likely().toNanos();
    double slower = done.isZero() ? 1 : Math.max(1, nanos / (double) done.toNanos());
    // What went wrong at the very beginning does not go on for ever.
    double factor = done.toNanos() < whole * SETTLED ? 1 : slower;
    double left = (whole - done.toNanos()) * factor / 1e9;
    double most = plan.limit().toSeconds() - nanos / 1e9;
    long shown = Math.round(Math.max(0, Math.min(left, most)));
    return Text.format("%d:%02d", shown / 60, shown % 60);
  }

  @Override
  public void close() {
    console.live("");
  }
}
