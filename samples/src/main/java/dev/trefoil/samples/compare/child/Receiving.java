package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes messages until all have come, a thread for each receiver. The main thread calls it. */
final class Receiving {
  /** A receiver's own receive. */
  @FunctionalInterface
  interface Source {
    /** The next message, or null if none came within {@link #LOOK_UP_MILLIS}, or it has ended. */
    byte @Nullable [] take() throws Exception;
  }

  /** How long a receive waits before it looks whether the trial is over. */
  static final int LOOK_UP_MILLIS = 10;

  /** After so much silence nothing more will come, of what is pushed: all of that must. */
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(2_000);

  /** The same of what is published, where it is the rule that some of it is dropped. */
  private static final long QUIET_PUBLISHED_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SLOW_MILLIS = 1;

  private final Trial trial;
  private final Gauge gauge;
  private final Crew crew = new Crew();
  private final List<Gauge.Lane> slowLanes = new ArrayList<>();
  private final Gauge slowGauge = new Gauge();
  private volatile boolean finishing;
  private volatile boolean ended;

  Receiving(Trial trial, Gauge gauge) {
    this.trial = trial;
    this.gauge = gauge;
  }

  /** Starts a receiver; the first subscriber is the slow one. */
  void add(Source source) {
    boolean slow = trial.cell().work() == Work.PUBLISH && slowLanes.isEmpty();
    Gauge.Lane lane = slow ? slowGauge.newLane() : gauge.newLane();
    if (slow) {
      slowLanes.add(lane);
    }
    crew.add(slow ? "slow-receiver" : "receiver", () -> receive(source, lane, slow));
  }

  private void receive(Source source, Gauge.Lane lane, boolean slow) throws Exception {
    byte[] plain = Payloads.plain(trial.cell().size());
    while (!ended) {
      byte[] message = source.take();
      if (message == null) {
        continue;
      }
      Payloads.check(message, plain);
      long stamp = Payloads.stamp(message);
      if (stamp != 0) {
        lane.time(Gauge.now() - stamp);
      }
      lane.count();
      if (slow && !finishing) {
        Thread.sleep(SLOW_MILLIS);
      }
    }
  }

  /** Waits until as many have come as were sent, or nothing comes any more. */
  void finish(long sent) throws Exception {
    finishing = true;
    Work work = trial.cell().work();
    long expected = work == Work.PUBLISH ? sent * work.receivers() : sent;
    long quiet = work == Work.PUBLISH ? QUIET_PUBLISHED_NANOS : QUIET_NANOS;
    long limit = System.nanoTime() + LIMIT_NANOS;
    long quietSince = System.nanoTime();
    long before = -1;
    while (before < expected
        && System.nanoTime() - quietSince < quiet
        && System.nanoTime() < limit) {
      crew.check();
      long now = gauge.messages() + slowGauge.messages();
      if (now != before) {
        before = now;
        quietSince = System.nanoTime();
      }
      Thread.sleep(1);
    }
    ended = true;
    crew.join();
  }

  /** What came, in all. */
  void report(Figures figures) {
    figures.put("received", gauge.messages() + slowGauge.messages());
    figures.put("received_slow", slowGauge.messages());
  }
}
