package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that both the comparison and the library's meters know.
 *
 * @param meter the meter's name
 * @param counted what the comparison counted or measured by itself
 * @param metered what the meter said
 * @param agrees whether these are the same, or near enough for times
 */
public record Check(String meter, String what, double counted, double metered, boolean agrees) {
  /**
   * A call is timed from further outside than the meter does, from before it begins until its
   * caller or callback runs: so the meter never says more, and less by what waking up takes, which
   * on a busy machine is much.
   */
  private static final double WAKING_SHARE = 0.5;

  private static final double WAKING_MICROS = 30;

  /** What rounding and two clocks may differ by. */
  private static final double ROUNDING_SHARE = 0.01;

  /** What can be checked of these trials of one cell, warm-up and all. */
  static List<Check> of(List<Outcome> outcomes) {
    List<Check> checks = new ArrayList<>();
    if (outcomes.isEmpty() || !outcomes.get(0).second().has("meter_received")) {
      return checks;
    }
    Work.Pattern pattern = outcomes.get(0).cell().work().pattern();
    if (pattern == Work.Pattern.REQUEST) {
      requests(outcomes, checks);
    } else {
      checks.add(
          count(
              "trefoil.messages.received",
              "messages received",
              sum(outcomes, o -> o.second().number("received")),
              sum(outcomes, o -> o.second().number("meter_received"))));
    }
    if (pattern == Work.Pattern.PUSH) {
      checks.add(
          count(
              "trefoil.messages.sent",
              "messages pushed",
              sum(outcomes, Outcome::sent),
              sum(
                  outcomes,
                  o -> o.first().number("meter_sent") - o.first().number("meter_redelivered"))));
    } else if (pattern == Work.Pattern.PUBLISH) {
      checks.add(
          count(
              "trefoil.messages.dropped",
              "messages dropped",
              sum(outcomes, o -> o.lost() + o.lostBySlow()),
              sum(outcomes, o -> o.first().number("meter_dropped"))));
    }
    return checks;
  }

  private static void requests(List<Outcome> outcomes, List<Check> checks) {
    checks.add(
        count(
            "trefoil.messages.received",
            "requests handled",
            sum(outcomes, o -> o.first().number("received")),
            sum(outcomes, o -> o.first().number("meter_received"))));
    double calls = sum(outcomes, o -> o.second().number("calls"));
    double requests = sum(outcomes, o -> o.second().number("meter_requests"));
    checks.add(count("trefoil.requests", "requests answered", calls, requests));
    double counted = sum(outcomes, o -> o.second().number("call_nanos")) / calls / 1e3;
    double metered = sum(outcomes, o -> o.second().number("meter_request_nanos")) / requests / 1e3;
    double waking = Math.max(WAKING_MICROS, WAKING_SHARE * counted);
    boolean agrees = metered <= counted * (1 + ROUNDING_SHARE) && counted - metered <= waking;
    checks.add(new Check("trefoil.requests", "mean time, µs", counted, metered, agrees));
  }

  private static Check count(String meter, String what, double counted, double metered) {
    return new Check(meter, what, counted, metered, counted == metered);
  }

  private static double sum(
      List<Outcome> outcomes, java.util.function.ToDoubleFunction<Outcome> figure) {
    return outcomes.stream().mapToDouble(figure).sum();
  }
}
