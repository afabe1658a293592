package dev.trefoil.benchmarks.harness;

import dev.trefoil.benchmarks.contest.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results beside their targets, as a Markdown table. */
final class Table {
  private Table() {}

  static String of(List<Row> rows, Results results) {
    List<String> lines = new ArrayList<>();
    lines.add("| work | Trefoil | reference | ratio (least to most) | target | |");
    lines.add("|---|---|---|---|---|---|");
    for (Row row : rows) {
      lines.add(line(row, results));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(Row row, Results results) {
    List<Double> figures = results.figures(row);
    List<String> failures = results.failures(row);
    String subject = median(results, row.subject(), row.metric());
    String reference = median(results, row.reference(), row.metric());
    if (figures.isEmpty()) {
      String why = failures.isEmpty() ? "gave no figure" : String.join("; ", failures);
      return cells(row.title(), subject, reference, "–", row.showTarget(), "failed: " + why);
    }
    Statistics statistics = Statistics.of(figures);
    String verdict = verdict(row.target(), statistics);
    if (!failures.isEmpty()) {
      verdict += " (" + figures.size() + " of " + results.rounds() + " rounds: ";
      verdict += String.join("; ", failures) + ")";
    }
    String ratio = row.reference() == null ? "–" : ratio(statistics);
    if (row.reference() == null) {
      subject += spread(row.metric(), statistics);
    }
    return cells(row.title(), subject, reference, ratio, row.showTarget(), verdict);
  }

  static String verdict(@Nullable Target target, Statistics statistics) {
    if (target == null) {
      return "";
    }
    return target.isMetBy(statistics.median()) ? "met" : "**not met**";
  }

  private static String median(Results results, @Nullable Work work, Metric metric) {
    List<Double> values = work == null ? List.of() : results.values(work, metric);
    return values.isEmpty() ? "–" : metric.show(Statistics.of(values).median());
  }

  private static String spread(Metric metric, Statistics statistics) {
    return " (" + metric.show(statistics.least()) + " to " + metric.show(statistics.most()) + ")";
  }

  private static String ratio(Statistics statistics) {
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f to %.2f)",
        statistics.median(),
        statistics.least(),
        statistics.most());
  }

  private static String cells(String... cells) {
    StringBuilder line = new StringBuilder("|");
    for (String cell : cells) {
      line.append(' ').append(cell.replace("|", "\\|")).append(" |");
    }
    return line.toString();
  }
}
