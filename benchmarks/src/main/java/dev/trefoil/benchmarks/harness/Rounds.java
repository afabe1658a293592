package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Runs what some rows need, round after round, the contestants one after the other in each. */
final class Rounds {
  private final List<Work> works;
  private final Runner runner;
  private final Consumer<String> progress;

  /** Runs one contestant once. */
  @FunctionalInterface
  interface Runner {
    Map<Metric, Double> run(Work work) throws TrialException, IOException, InterruptedException;
  }

  Rounds(List<Row> rows, Runner runner, Consumer<String> progress) {
    Set<Work> needed = new LinkedHashSet<>();
    rows.forEach(row -> needed.addAll(row.works()));
    this.works = List.copyOf(needed);
    this.runner = runner;
    this.progress = progress;
  }

  /** What runs in each round. */
  List<Work> works() {
    return works;
  }

  /** A round whose results nobody keeps, for the disk's caches and the processor; may be short. */
  void warmUp() throws InterruptedException {
    Results ignored = new Results();
    run(0, "warm-up", ignored);
  }

  /** Every second round goes backwards, so that nobody always runs after the same one. */
  void run(int count, Results results) throws InterruptedException {
    for (int round = 0; round < count; round++) {
      run(round, "round " + (round + 1) + " of " + count, results);
    }
  }

  private void run(int round, String label, Results results) throws InterruptedException {
    List<Work> order = new ArrayList<>(works);
    if (round % 2 == 1) {
      Collections.reverse(order);
    }
    results.nextRound();
    for (int i = 0; i < order.size(); i++) {
      Work work = order.get(i);
      progress.accept(label + ", " + (i + 1) + " of " + order.size() + ": " + work);
      try {
        results.add(work, runner.run(work));
      } catch (TrialException | IOException e) {
        fail(work, String.valueOf(e.getMessage()), results);
      } catch (RuntimeException e) {
        fail(work, e.toString(), results);
      }
    }
  }

  private void fail(Work work, String why, Results results) {
    results.fail(work, why);
    progress.accept("failed: " + why);
  }
}
