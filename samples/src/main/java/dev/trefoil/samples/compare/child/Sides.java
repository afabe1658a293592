package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;

/** Which class plays which side. */
final class Sides {
  private Sides() {}

  /** The side that listens: replier, pusher or publisher. */
  static Side first(Trial trial, Gauge gauge) {
    Work.Pattern pattern = trial.cell().work().pattern();
    if (trial.cell().contestant().equals(Contestant.SOCKETS)) {
      return switch (pattern) {
        case REQUEST -> new SocketReplier(trial);
        case PUSH -> new SocketPusher(trial, gauge);
        case PUBLISH -> throw unable(trial);
      };
    }
    if (trial.cell().contestant().equals(Contestant.JEROMQ)) {
      return pattern == Work.Pattern.REQUEST
          ? new JeroReplier(trial)
          : new JeroSender(trial, gauge);
    }
    return switch (pattern) {
      case REQUEST -> new TrefoilReplier(trial);
      case PUSH -> new TrefoilPusher(trial, gauge);
      case PUBLISH -> new TrefoilPublisher(trial, gauge);
    };
  }

  /** The side that connects: requester, pullers or subscribers. */
  static Side second(Trial trial, Gauge gauge) {
    boolean asks = trial.cell().work().pattern() == Work.Pattern.REQUEST;
    if (trial.cell().contestant().equals(Contestant.SOCKETS)) {
      return asks ? new SocketRequester(trial, gauge) : new SocketPullers(trial, gauge);
    }
    if (trial.cell().contestant().equals(Contestant.JEROMQ)) {
      return asks ? new JeroRequester(trial, gauge) : new JeroReceivers(trial, gauge);
    }
    return asks ? new TrefoilRequester(trial, gauge) : new TrefoilReceivers(trial, gauge);
  }

  private static IllegalArgumentException unable(Trial trial) {
    return new IllegalArgumentException("nobody plays " + trial.cell());
  }
}
