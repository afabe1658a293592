package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Outcomes with figures that a test chose. */
public final class MadeUp {
  private static final int SLICES = 20;

  private MadeUp() {}

  public static Cell cell(Work work, String contestant) {
    return new Cell(work, 1024, new Contestant(contestant));
  }

  /** A round in which all requests took this long, but for one in a hundred, ten times as long. */
  public static Outcome asking(Cell cell, int round, double micros) {
    Figures second = figures(1e6 / micros, micros);
    second.put("calls", 1000L);
    second.put("call_nanos", 1000 * micros * 1e3);
    second.put("meter_received", 1000L);
    second.put("meter_requests", 1000L);
    second.put("meter_request_nanos", 1000 * micros * 1e3);
    Figures first = new Figures();
    first.put("received", 1000L);
    first.put("meter_received", 1000L);
    return Outcome.measured(cell, round, 1000, first, second);
  }

  /** A round in which so many of a thousand messages arrived, at this rate. */
  public static Outcome pushing(Cell cell, int round, double perSecond, long arrived) {
    Figures second = figures(perSecond, 100);
    second.put("received", arrived);
    second.put("meter_received", arrived);
    Figures first = new Figures();
    first.put("meter_sent", 1000L);
    return Outcome.measured(cell, round, 1000, first, second);
  }

  private static Figures figures(double perSecond, double micros) {
    Figures figures = new Figures();
    Histogram times = Figures.newHistogram();
    times.recordValueWithCount(Math.round(micros * 1e3), 990);
    times.recordValueWithCount(Math.round(micros * 1e4), 10);
    figures.put("times", times);
    figures.put("per_second", perSecond);
    double[] slices = new double[SLICES];
    Arrays.fill(slices, micros * 1e3);
    slices[3] = 0; // nothing was timed in it
    figures.put("slice_medians", slices);
    figures.put("slice_tails", slices);
    return figures;
  }

  /** Of these outcomes, at no fixed rate. */
  public static Results results(List<Outcome> outcomes) {
    List<Cell> cells =
        outcomes.stream()
            .map(Outcome::cell)
            .distinct()
            .sorted(Comparator.comparing(Cell::work).thenComparing(Cell::size))
            .toList();
    return Results.of(cells, outcomes, 0);
  }

  private static double factor(String name) {
    return switch (name) {
      case "raw" -> 1.9;
      case "zmq" -> 2.4;
      case "sockets" -> 1;
      default -> 1.7;
    };
  }

  /** A few cells of each pattern, one with drops, one that failed and one that was cut short. */
  public static Results several() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      for (String name : List.of("raw", "zmq", "sockets", "jeromq")) {
        double factor = factor(name) + round * 0.01;
        outcomes.add(asking(cell(Work.REQUEST_ONE, name), round, 20 * factor));
        outcomes.add(pushing(cell(Work.PUSH_ONE, name), round, 1e6 / factor, 1000));
        outcomes.add(
            Outcome.measured(
                new Cell(Work.PUSH_ONE, 65_536, new Contestant(name)),
                round,
                1000,
                new Figures(),
                figures(3e4 / factor, 400)));
      }
      outcomes.add(pushing(cell(Work.PUBLISH, "raw"), round, 7e5, 7 * 900));
      outcomes.add(
          Outcome.failed(
              cell(Work.PUBLISH, "zmq"), round, "<b>lost & \"gone\"</b> \u2028,\r\n end"));
    }
    Cell interrupted = cell(Work.PUSH_FOUR, "zmq");
    outcomes.add(pushing(interrupted, 1, 4e5, 1000));
    outcomes.add(Outcome.cutShort(interrupted, 2, "cut short: the <time> was up"));
    return results(outcomes);
  }
}
