package dev.trefoil.samples.compare.report;

import dev.trefoil.samples.compare.result.CellResult;
import dev.trefoil.samples.compare.result.Metric;
import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.result.Spread;
import dev.trefoil.samples.compare.result.Verdict;
import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as lines of at most a hundred characters. */
public final class TerminalReport {
  private static final int WIDTH = 100;

  private TerminalReport() {}

  /** A table for each kind of work, what failed, and the verdicts. */
  public static List<String> lines(Results results) {
    List<String> lines = new ArrayList<>();
    for (Work work : Work.values()) {
      List<CellResult> ofWork =
          results.cells().stream().filter(result -> result.cell().work() == work).toList();
      if (!ofWork.isEmpty()) {
        table(work, ofWork, results.metric(work), lines);
      }
    }
    failures(results, lines);
    verdicts(results, lines);
    meters(results, lines);
    return lines;
  }

  private static void table(Work work, List<CellResult> ofWork, Metric metric, List<String> lines) {
    lines.add(work.title());
    String figure =
        switch (metric) {
          case MEDIAN_TIME -> "p50 us";
          case TAIL_TIME -> "p99 us";
          case RATE -> "per second";
        };
    String other = metric.isTime() ? "per second" : "p50 us";
    lines.add(row("", "", figure, "least", "most", other, "p99 us", "p99.9 us", "drops", "errors"));
    int size = -1;
    for (CellResult result : ofWork) {
      boolean again = result.cell().size() == size;
      size = result.cell().size();
      lines.add(row(again ? "" : Words.size(size), result, metric));
    }
    lines.add("");
  }

  private static String row(String size, CellResult result, Metric metric) {
    Spread spread = result.spread(metric);
    Spread other =
        metric.isTime()
            ? result.spread(Outcome::perSecond)
            : result.spread(outcome -> outcome.micros(50));
    return row(
        size,
        result.cell().contestant().name(),
        Words.figure(spread.median()),
        Words.figure(spread.least()),
        Words.figure(spread.most()),
        Words.figure(other.median()),
        Words.figure(result.spread(outcome -> outcome.micros(99)).median()),
        Words.figure(result.spread(outcome -> outcome.micros(99.9)).median()),
        Words.share(result.lostShare()),
        result.errors() + (result.cutShort().isEmpty() ? "" : " cut"));
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-8s %-9s %11s %11s %11s %10s %9s %9s %7s %6s", cells)
        .stripTrailing();
  }

  private static void failures(Results results, List<String> lines) {
    boolean any = false;
    for (CellResult result : results.cells()) {
      for (String words : Words.troubles(result)) {
        any = true;
        lines.addAll(wrap("! " + result.cell().work().title() + ", " + words, "  "));
      }
    }
    for (String laggard : results.laggards()) {
      any = true;
      lines.addAll(wrap("! the rate was not kept: " + laggard, "  "));
    }
    if (any) {
      lines.add("");
    }
  }

  private static void verdicts(Results results, List<String> lines) {
    lines.add("Verdict, where the ranges of all rounds tell");
    Work work = null;
    for (Verdict verdict : results.verdicts()) {
      if (verdict.work() != work) {
        work = verdict.work();
        lines.add("  " + work.title());
      }
      String cost = verdict.cost().isEmpty() ? "" : " (" + verdict.cost() + ")";
      String size = String.format(Locale.ROOT, "    %-8s", Words.size(verdict.size()));
      lines.addAll(wrap(size + verdict.words() + cost, " ".repeat(12)));
    }
  }

  private static void meters(Results results, List<String> lines) {
    List<String> disagreements = results.disagreements();
    long checks = results.cells().stream().mapToLong(cell -> cell.checks().size()).sum();
    lines.add("");
    if (disagreements.isEmpty()) {
      lines.add("The library's own meters say the same: " + checks + " comparisons, all agree.");
    } else {
      lines.add(
          "The library's own meters disagree in "
              + disagreements.size()
              + " of "
              + checks
              + " comparisons:");
      disagreements.forEach(words -> lines.addAll(wrap("! " + words, "  ")));
    }
  }

  /** Breaks at spaces. */
  static List<String> wrap(String text, String indent) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > WIDTH) {
      int at = rest.lastIndexOf(' ', WIDTH);
      if (at <= indent.length()) {
        break;
      }
      lines.add(rest.substring(0, at).stripTrailing());
      rest = indent + rest.substring(at + 1);
    }
    lines.add(rest);
    return lines;
  }
}
