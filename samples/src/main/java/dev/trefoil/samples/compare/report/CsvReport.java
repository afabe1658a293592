package dev.trefoil.samples.compare.report;

import dev.trefoil.samples.compare.result.CellResult;
import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.trial.Cell;
import java.util.Locale;

/** A row for each trial, after RFC 4180. */
public final class CsvReport {
  private static final String HEAD =
      "work,size,contestant,round,sent,per_second,p50_us,p90_us,p99_us,p999_us,max_us,"
          + "lost,lost_slow,errors,failure";

  private CsvReport() {}

  /** The text of {@code results.csv}. */
  public static String of(Results results) {
    StringBuilder out = new StringBuilder(HEAD).append("\r\n");
    for (CellResult result : results.cells()) {
      result.measured().forEach(outcome -> row(outcome, out));
      result.failures().forEach(failure -> without(result.cell(), 1, failure, out));
      if (!result.cutShort().isEmpty()) {
        without(result.cell(), 0, result.cutShort(), out);
      }
    }
    return out.toString();
  }

  private static void row(Outcome outcome, StringBuilder out) {
    begin(outcome.cell(), out);
    out.append(
        String.format(
            Locale.ROOT,
            "%d,%d,%.1f,%.3f,%.3f,%.3f,%.3f,%.3f,%.0f,%.0f,%d,\r\n",
            outcome.round(),
            outcome.sent(),
            outcome.perSecond(),
            outcome.micros(50),
            outcome.micros(90),
            outcome.micros(99),
            outcome.micros(99.9),
            outcome.micros(100),
            outcome.lost(),
            outcome.lostBySlow(),
            outcome.errors()));
  }

  private static void without(Cell cell, int errors, String why, StringBuilder out) {
    begin(cell, out);
    out.append(",,,,,,,,,,").append(errors).append(',').append(quoted(why)).append("\r\n");
  }

  private static void begin(Cell cell, StringBuilder out) {
    out.append(cell.work().id()).append(',').append(cell.size()).append(',');
    out.append(cell.contestant().name()).append(',');
  }

  static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
