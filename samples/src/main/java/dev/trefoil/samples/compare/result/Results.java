package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All that was measured, in the order of the plan. */
public final class Results {
  /** Which share of a fixed rate counts as keeping it. */
  private static final double KEPT = 0.95;

  private final List<CellResult> cells;
  private final List<Verdict> verdicts;
  private final int rate;

  private Results(List<CellResult> cells, List<Verdict> verdicts, int rate) {
    this.cells = cells;
    this.verdicts = verdicts;
    this.rate = rate;
  }

  /**
   * Of these trials.
   *
   * @param planned the cells, in the order in which they are shown; those without a trial are left
   *     out
   * @param rate at which messages were to be sent, or 0
   */
  public static Results of(List<Cell> planned, List<Outcome> outcomes, int rate) {
    Map<Cell, List<Outcome>> byCell = new LinkedHashMap<>();
    planned.forEach(cell -> byCell.put(cell, new ArrayList<>()));
    outcomes.forEach(
        outcome -> byCell.computeIfAbsent(outcome.cell(), c -> new ArrayList<>()).add(outcome));
    List<CellResult> cells = new ArrayList<>();
    byCell.forEach(
        (cell, ofCell) -> {
          if (!ofCell.isEmpty()) {
            cells.add(new CellResult(cell, ofCell));
          }
        });
    return new Results(cells, judge(cells, rate), rate);
  }

  private static List<Verdict> judge(List<CellResult> cells, int rate) {
    record Group(Work work, int size) {}
    Map<Group, List<CellResult>> groups = new LinkedHashMap<>();
    for (CellResult result : cells) {
      Group group = new Group(result.cell().work(), result.cell().size());
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(result);
    }
    List<Verdict> verdicts = new ArrayList<>();
    groups.forEach(
        (group, ofGroup) ->
            verdicts.add(
                Verdict.of(
                    group.work(), group.size(), ofGroup, Metric.of(group.work(), rate != 0))));
    return verdicts;
  }

  public List<CellResult> cells() {
    return cells;
  }

  public List<Verdict> verdicts() {
    return verdicts;
  }

  /** By what this kind of work is judged here. */
  public Metric metric(Work work) {
    return Metric.of(work, rate != 0);
  }

  /** Whether a transport has figures at all. */
  public boolean hasFigures() {
    return cells.stream()
        .anyMatch(cell -> !cell.cell().contestant().isReference() && !cell.measured().isEmpty());
  }

  /** Who did not keep the fixed rate: its times are those of an ever longer queue. */
  public List<String> laggards() {
    List<String> words = new ArrayList<>();
    for (CellResult result : cells) {
      double kept = result.spread(Outcome::perSecond).median();
      if (rate != 0 && kept < KEPT * rate) {
        words.add(
            String.format(
                Locale.ROOT,
                "%s, %s, %d bytes: %,.0f of %,d messages a second",
                result.cell().work().title(),
                result.cell().contestant().name(),
                result.cell().size(),
                kept,
                rate));
      }
    }
    return words;
  }

  /** What the comparison and the library's meters do not agree on. */
  public List<String> disagreements() {
    List<String> words = new ArrayList<>();
    for (CellResult result : cells) {
      for (Check check : result.checks()) {
        if (!check.agrees()) {
          words.add(
              String.format(
                  Locale.ROOT,
                  "%s, %s, %d bytes: %s: counted %.1f, %s says %.1f",
                  result.cell().work().title(),
                  result.cell().contestant().name(),
                  result.cell().size(),
                  check.what(),
                  check.counted(),
                  check.meter(),
                  check.metered()));
        }
      }
    }
    return words;
  }
}
