package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Figures;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** All rounds of one kind of work, with one size, by one contestant. */
public final class CellResult {
  private final Cell cell;
  private final List<Outcome> measured;
  private final List<String> failures;
  private final String cutShort;
  private final Histogram times = Figures.newHistogram();
  private final List<Check> checks;

  CellResult(Cell cell, List<Outcome> outcomes) {
    this.cell = cell;
    this.measured = outcomes.stream().filter(outcome -> !outcome.isFailed()).toList();
    this.failures =
        outcomes.stream()
            .filter(outcome -> outcome.isFailed() && !outcome.cutShort())
            .map(Outcome::failure)
            .toList();
    this.cutShort =
        outcomes.stream().filter(Outcome::cutShort).map(Outcome::failure).findFirst().orElse("");
    measured.forEach(outcome -> times.add(outcome.second().histogram("times")));
    this.checks = Check.of(measured);
  }

  public Cell cell() {
    return cell;
  }

  /** The trials that gave figures. */
  public List<Outcome> measured() {
    return measured;
  }

  /** Why others gave none. */
  public List<String> failures() {
    return failures;
  }

  /** At what a trial was when the comparison's time was up, or empty; this is no error. */
  public String cutShort() {
    return cutShort;
  }

  /** Of one figure, over the rounds. */
  public Spread spread(ToDoubleFunction<Outcome> figure) {
    return Spread.of(measured.stream().mapToDouble(figure).toArray());
  }

  /** The figure by which this is judged. */
  public Spread spread(Metric metric) {
    return spread(metric::of);
  }

  /** The times of all rounds. */
  public Histogram times() {
    return times.copy();
  }

  public List<Check> checks() {
    return checks;
  }

  /** Trials without figures, and requests that failed. */
  public long errors() {
    return failures.size() + measured.stream().mapToLong(Outcome::errors).sum();
  }

  /** Which share of what should have arrived at those who are not slow did not: 0 to 1. */
  public double lostShare() {
    return share(measured.stream().mapToDouble(Outcome::lost).sum(), owed());
  }

  /** The same for the slow subscriber. */
  public double lostShareOfSlow() {
    return share(
        measured.stream().mapToDouble(Outcome::lostBySlow).sum(),
        measured.stream().mapToDouble(Outcome::sent).sum());
  }

  private double owed() {
    return measured.stream().mapToDouble(Outcome::owed).sum();
  }

  private static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }

  /** The first error's words, or empty. */
  public String firstError() {
    if (!failures.isEmpty()) {
      return failures.get(0);
    }
    return measured.stream()
        .map(outcome -> outcome.second().text("first_error"))
        .filter(error -> !error.isEmpty())
        .findFirst()
        .orElse("");
  }
}
