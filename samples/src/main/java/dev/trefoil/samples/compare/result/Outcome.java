package dev.trefoil.samples.compare.result;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Work;

/**
 * How one trial ended.
 *
 * @param round from 1
 * @param sent what the active side sent
 * @param first figures of the side that listened
 * @param second figures of the side that connected, which counts and times the messages
 * @param failure why there are no figures, or empty
 * @param cutShort whether there are none because the time was up, which is nobody's failure
 */
public record Outcome(
    Cell cell,
    int round,
    long sent,
    Figures first,
    Figures second,
    String failure,
    boolean cutShort) {
  /** There are figures. */
  public static Outcome measured(Cell cell, int round, long sent, Figures first, Figures second) {
    return new Outcome(cell, round, sent, first, second, "", false);
  }

  /** There are no figures. */
  public static Outcome failed(Cell cell, int round, String failure) {
    return new Outcome(cell, round, 0, new Figures(), new Figures(), failure, false);
  }

  /** There are no figures, since the comparison's time was up in the middle of it. */
  public static Outcome cutShort(Cell cell, int round, String words) {
    return new Outcome(cell, round, 0, new Figures(), new Figures(), words, true);
  }

  /** Whether there are no figures. */
  public boolean isFailed() {
    return !failure.isEmpty();
  }

  /**
   * Requests answered or messages received; of a publication, at each subscriber that is not slow.
   */
  public double perSecond() {
    return second.number("per_second") / streams();
  }

  private int streams() {
    Work work = cell.work();
    return work == Work.PUBLISH ? work.receivers() - 1 : 1;
  }

  /** The time of a message that this share of them did not exceed, in microseconds. */
  public double micros(double percentile) {
    return second.histogram("times").getValueAtPercentile(percentile) / 1e3;
  }

  /** Requests that failed, though the trial went on. */
  public long errors() {
    return (long) second.number("errors");
  }

  /** Messages that should have arrived at whoever was not slow. */
  public double owed() {
    return cell.work().pattern() == Work.Pattern.REQUEST ? 0 : (double) sent * streams();
  }

  /** Those of them that did not. */
  public double lost() {
    return cell.work().pattern() == Work.Pattern.REQUEST
        ? 0
        : owed() - (second.number("received") - second.number("received_slow"));
  }

  /** Messages that the slow subscriber did not get. */
  public double lostBySlow() {
    return cell.work() == Work.PUBLISH ? sent - second.number("received_slow") : 0;
  }
}
