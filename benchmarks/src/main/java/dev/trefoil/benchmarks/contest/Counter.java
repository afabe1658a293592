package dev.trefoil.benchmarks.contest;

import dev.trefoil.Delivery;
import dev.trefoil.Handler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Handlers of one role run one at a time, so one count does. */
final class Counter implements Handler<byte[]> {
  private final int size;
  private volatile Gauge.@Nullable Tally tally;
  private volatile @Nullable IOException broken;

  Counter(int size) {
    this.size = size;
  }

  void countIn(Gauge gauge) {
    tally = gauge.newTally();
  }

  @Override
  public void handle(Delivery<byte[]> delivery) throws IOException {
    try {
      Payloads.check(delivery.value(), size);
    } catch (IOException e) {
      broken = e;
      throw e;
    }
    Gauge.Tally counted = tally;
    if (counted != null) {
      counted.add(1);
    }
  }

  /** The role only logs what a handler throws; here it is to end the trial. */
  void rethrow() throws IOException {
    IOException seen = broken;
    if (seen != null) {
      throw seen;
    }
  }
}
