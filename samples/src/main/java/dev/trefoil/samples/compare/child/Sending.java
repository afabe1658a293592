package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;

/** Pushes or publishes one message after the other, on one thread. */
final class Sending {
  /** Hands one message over; false if there was no room, and the trial is over. */
  @FunctionalInterface
  interface Send {
    boolean send(byte[] message) throws Exception;
  }

  /** Telling the time costs, so without a fixed rate only one message in this many is timed. */
  private static final int TIMED = 16;

  private final Trial trial;
  private final Gauge gauge;
  private final Send send;
  private long sent;

  Sending(Trial trial, Gauge gauge, Send send) {
    this.trial = trial;
    this.gauge = gauge;
    this.send = send;
  }

  /** Until the gauge is over. */
  void run() throws Exception {
    byte[] plain = Payloads.plain(trial.cell().size());
    Pace pace = new Pace(trial.rate(), gauge);
    while (!gauge.isOver()) {
      byte[] message = plain;
      if (pace.isFixed()) {
        long due = pace.await();
        message = Payloads.stamped(plain, Gauge.now() - (System.nanoTime() - due));
      } else if (sent % TIMED == 0) {
        message = Payloads.stamped(plain, Gauge.now());
      }
      if (send.send(message)) {
        sent++;
      }
    }
  }

  /** How many messages; after the end. */
  long sent() {
    return sent;
  }
}
