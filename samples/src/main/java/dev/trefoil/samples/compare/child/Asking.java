package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;

/** Asks one request after the other, on one thread. */
final class Asking {
  /** Sends a request and waits for its reply. */
  @FunctionalInterface
  interface Call {
    byte[] ask(byte[] request) throws Exception;
  }

  private static final int FAILURES_IN_A_ROW = 3;

  private final Trial trial;
  private final Gauge gauge;
  private final Call call;

  Asking(Trial trial, Gauge gauge, Call call) {
    this.trial = trial;
    this.gauge = gauge;
    this.call = call;
  }

  /** Until the gauge is over. */
  void run() throws Exception {
    byte[] request = Payloads.plain(trial.cell().size());
    Gauge.Lane lane = gauge.lane();
    Pace pace = new Pace(trial.rate(), gauge);
    int failures = 0;
    while (!gauge.isOver()) {
      long due = pace.await();
      try {
        Payloads.check(call.ask(request), request);
        lane.time(System.nanoTime() - due);
        lane.count();
        failures = 0;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        if (gauge.isOver()) {
          return;
        }
        lane.error(e);
        if (++failures == FAILURES_IN_A_ROW) {
          throw e;
        }
      }
    }
  }
}
