package dev.trefoil.samples.compare.report;

import dev.trefoil.samples.compare.result.CellResult;
import dev.trefoil.samples.compare.result.Check;
import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.result.Spread;
import dev.trefoil.samples.compare.result.Verdict;
import dev.trefoil.samples.compare.trial.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** All that was measured as one JSON object; the page draws its charts from the same. */
public final class JsonReport {
  /** Enough for a smooth curve: so many points for each halving of the distance to 100 %. */
  private static final int POINTS_FOR_A_HALF = 3;

  private JsonReport() {}

  /** The text of {@code results.json}. */
  public static String of(Results results, Setting setting) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", setting.version());
    all.put("started", setting.started());
    all.put("command", setting.command());
    all.put("complete", setting.complete());
    all.put("method", setting.method());
    all.put("machine", setting.machine());
    all.put("verdicts", results.verdicts().stream().map(JsonReport::verdict).toList());
    all.put("cells", results.cells().stream().map(cell -> cell(cell, results)).toList());
    return Json.write(all);
  }

  private static Map<String, Object> verdict(Verdict verdict) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("work", verdict.work().id());
    object.put("title", verdict.work().title());
    object.put("size", verdict.size());
    object.put("winner", verdict.winner().isEmpty() ? null : verdict.winner());
    object.put("words", verdict.words());
    object.put("cost", verdict.cost());
    return object;
  }

  private static Map<String, Object> cell(CellResult result, Results results) {
    Cell cell = result.cell();
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("work", cell.work().id());
    object.put("title", cell.work().title());
    object.put("size", cell.size());
    object.put("contestant", cell.contestant().name());
    object.put("reference", cell.contestant().isReference());
    object.put("judged_by", results.metric(cell.work()).name().toLowerCase(java.util.Locale.ROOT));
    object.put("per_second", spread(result.spread(Outcome::perSecond)));
    object.put("p50_us", spread(result.spread(outcome -> outcome.micros(50))));
    object.put("p90_us", spread(result.spread(outcome -> outcome.micros(90))));
    object.put("p99_us", spread(result.spread(outcome -> outcome.micros(99))));
    object.put("p999_us", spread(result.spread(outcome -> outcome.micros(99.9))));
    object.put("max_us", spread(result.spread(outcome -> outcome.micros(100))));
    object.put("timed", result.times().getTotalCount());
    object.put("lost_share", result.lostShare());
    object.put("lost_share_slow", result.lostShareOfSlow());
    object.put("errors", result.errors());
    object.put("first_error", result.firstError());
    object.put("cut_short", result.cutShort().isEmpty() ? null : result.cutShort());
    object.put("percentiles", percentiles(result.times()));
    object.put("rounds", result.measured().stream().map(JsonReport::round).toList());
    object.put("checks", result.checks().stream().map(JsonReport::check).toList());
    return object;
  }

  private static Map<String, Object> spread(Spread spread) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("median", spread.median());
    object.put("least", spread.least());
    object.put("most", spread.most());
    return object;
  }

  /** Pairs: a percentile, and the time in microseconds that this share did not exceed. */
  private static List<List<Double>> percentiles(Histogram times) {
    List<List<Double>> points = new ArrayList<>();
    if (times.getTotalCount() == 0) {
      return points;
    }
    for (HistogramIterationValue value : times.percentiles(POINTS_FOR_A_HALF)) {
      double percentile = value.getPercentileLevelIteratedTo();
      // 100 % is infinitely far on the page's axis; it is max_us.
      if (percentile < 100) {
        points.add(List.of(percentile, value.getValueIteratedTo() / 1e3));
      }
    }
    return points;
  }

  private static Map<String, Object> round(Outcome outcome) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("round", outcome.round());
    object.put("sent", outcome.sent());
    object.put("per_second", outcome.perSecond());
    object.put("p50_us", outcome.micros(50));
    object.put("p99_us", outcome.micros(99));
    object.put("slice_p50_us", micros(outcome.second().numbers("slice_medians")));
    object.put("slice_p99_us", micros(outcome.second().numbers("slice_tails")));
    return object;
  }

  /** A slice in which nothing was timed has no time. */
  private static List<Double> micros(double[] nanos) {
    List<Double> list = new ArrayList<>();
    for (double value : nanos) {
      list.add(value == 0 ? Double.NaN : value / 1e3);
    }
    return list;
  }

  private static Map<String, Object> check(Check check) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("meter", check.meter());
    object.put("what", check.what());
    object.put("counted", check.counted());
    object.put("metered", check.metered());
    object.put("agrees", check.agrees());
    return object;
  }
}
