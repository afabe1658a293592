package dev.trefoil.samples.compare;

import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries a plan out. What was measured so far can be read when {@link #run} was interrupted, too.
 * For one thread; close it to end all children.
 */
final class Comparison implements AutoCloseable {
  /**
   * Ctrl-C reaches the children as well; the one who notices their end first is told of it soon.
   */
  private static final long TO_BE_STOPPED_MILLIS = 150;

  private final Plan plan;
  private final Progress progress;
  private final Deadline noMoreBegin;
  private final Deadline end;
  private final Map<Contestant, Pair> pairs = new HashMap<>();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Set<Cell> hopeless = new HashSet<>();
  private final List<String> childCommand;
  private int roundsDone;

  /**
   * Made to be run at once.
   *
   * @param used how much of the plan's time has gone before
   * @param childCommand what each of the processes is started with
   */
  Comparison(Plan plan, Progress progress, Duration used, List<String> childCommand) {
    this.plan = plan;
    this.progress = progress;
    this.noMoreBegin = Deadline.in(plan.limit().minus(used));
    this.end = Deadline.in(plan.end().minus(used));
    this.childCommand = childCommand;
  }

  /** All trials, or as many as there is time for. */
  void run() throws InterruptedException {
    for (int round = 1; round <= plan.rounds(); round++) {
      progress.round(round);
      if (plan.freshProcesses()) {
        endChildren();
      }
      for (Plan.Step step : plan.steps(round)) {
        if (noMoreBegin.left().isNegative()) {
          return;
        }
        progress.trial(step, round);
        if (!hopeless.contains(step.cell())) {
          run(step, round);
        }
      }
      if (outcomes.stream().anyMatch(Outcome::cutShort)) {
        return; // it was the last one of the round
      }
      roundsDone = round;
    }
  }

  private void run(Plan.Step step, int round) throws InterruptedException {
    Cell cell = step.cell();
    try {
      Outcome outcome = pair(cell.contestant()).run(plan.trial(step), round);
      if (step.counts()) {
        outcomes.add(outcome);
      }
    } catch (CutShortException e) {
      endChildren();
      outcomes.add(Outcome.cutShort(cell, round, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      Pair broken = pairs.remove(cell.contestant());
      if (broken != null) {
        broken.close();
      }
      Thread.sleep(TO_BE_STOPPED_MILLIS);
      outcomes.add(Outcome.failed(cell, round, String.valueOf(e.getMessage())));
      if (outcomes.stream().filter(o -> o.isFailed() && o.cell().equals(cell)).count() > 1) {
        hopeless.add(cell);
      }
    }
  }

  private Pair pair(Contestant contestant) throws IOException {
    Pair pair = pairs.get(contestant);
    if (pair == null) {
      pair = new Pair(contestant, childCommand, end);
      pairs.put(contestant, pair);
    }
    return pair;
  }

  List<Outcome> outcomes() {
    return outcomes;
  }

  /** How many rounds are complete. */
  int roundsDone() {
    return roundsDone;
  }

  private void endChildren() {
    pairs.values().forEach(Pair::close);
    pairs.clear();
  }

  @Override
  public void close() {
    endChildren();
  }
}
