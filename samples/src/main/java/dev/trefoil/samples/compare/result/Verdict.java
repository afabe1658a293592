package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What one kind of work with one size came to.
 *
 * @param winner the transport whose worst round is better than the best round of any other; or
 *     empty
 * @param words the same for people
 * @param cost how the transports compare with what is below them; or empty
 */
public record Verdict(Work work, int size, String winner, String words, String cost) {
  /** Of two equals, one has both its rounds before those of the other in one case of three. */
  private static final int LEAST_ROUNDS = 3;

  /** Judges these results, all of one work and size. */
  static Verdict of(Work work, int size, List<CellResult> results, Metric metric) {
    List<CellResult> ranked =
        new ArrayList<>(
            results.stream()
                .filter(result -> !result.cell().contestant().isReference())
                .filter(result -> !result.measured().isEmpty())
                .toList());
    Comparator<CellResult> best =
        Comparator.comparingDouble(result -> result.spread(metric).median());
    ranked.sort(metric.isTime() ? best : best.reversed());
    String winner = winner(ranked, metric);
    return new Verdict(work, size, winner, words(ranked, winner, metric), cost(results, metric));
  }

  private static String winner(List<CellResult> ranked, Metric metric) {
    if (ranked.size() < 2 || hasTooFewRounds(ranked)) {
      return "";
    }
    Spread first = ranked.get(0).spread(metric);
    boolean clear = ranked.stream().skip(1).noneMatch(o -> o.spread(metric).overlaps(first));
    return clear ? name(ranked.get(0)) : "";
  }

  private static boolean hasTooFewRounds(List<CellResult> ranked) {
    return ranked.stream().anyMatch(result -> result.measured().size() < LEAST_ROUNDS);
  }

  private static String words(List<CellResult> ranked, String winner, Metric metric) {
    if (ranked.isEmpty()) {
      return "nothing could be measured";
    }
    CellResult best = ranked.get(0);
    if (ranked.size() == 1) {
      return "only " + name(best) + " has figures";
    }
    if (hasTooFewRounds(ranked)) {
      return "no verdict: fewer than three rounds do not tell how much they vary";
    }
    if (winner.isEmpty()) {
      List<String> near = new ArrayList<>();
      for (CellResult result : ranked) {
        if (result == best || result.spread(metric).overlaps(best.spread(metric))) {
          near.add(name(result));
        }
      }
      return "no clear winner: " + String.join(" and ", near) + " overlap";
    }
    List<String> ratios = new ArrayList<>();
    for (CellResult other : ranked.subList(1, ranked.size())) {
      ratios.add(
          String.format(
              Locale.ROOT,
              metric.isTime() ? "%s times as fast as %s" : "%s times as many a second as %s",
              ratio(best, other, metric),
              name(other)));
    }
    return winner + ": " + String.join(", ", ratios);
  }

  /** How many times as good the one is as the other. */
  private static String ratio(CellResult one, CellResult other, Metric metric) {
    double ratio = one.spread(metric).median() / other.spread(metric).median();
    return times(metric.isTime() ? 1 / ratio : ratio);
  }

  private static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%.0f", ratio);
  }

  private static String cost(List<CellResult> results, Metric metric) {
    List<String> costs = new ArrayList<>();
    for (CellResult result : results) {
      Contestant below = below(result.cell().contestant());
      if (result.cell().contestant().isReference() || result.measured().isEmpty()) {
        continue;
      }
      results.stream()
          .filter(other -> other.cell().contestant().equals(below))
          .filter(other -> !other.measured().isEmpty())
          .findFirst()
          .ifPresent(other -> costs.add(cost(result, other, metric)));
    }
    return String.join("; ", costs);
  }

  private static String cost(CellResult result, CellResult below, Metric metric) {
    double ratio = result.spread(metric).median() / below.spread(metric).median();
    return String.format(
        Locale.ROOT,
        "%s has %s times the %s of %s",
        name(result),
        times(ratio),
        metric.isTime() ? "time" : "rate",
        name(below));
  }

  private static Contestant below(Contestant transport) {
    return transport.name().equals("zmq") ? Contestant.JEROMQ : Contestant.SOCKETS;
  }

  private static String name(CellResult result) {
    return result.cell().contestant().name();
  }
}
