package dev.trefoil.samples.bench;

import dev.trefoil.Delivery;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The loop of the sides that receive. */
final class Receiving {
  /** A role's receive. */
  @FunctionalInterface
  interface Source {
    @Nullable Delivery<byte[]> receive(Duration timeout) throws InterruptedException;
  }

  private Receiving() {}

  /** Takes all messages; the figures are of the second half. */
  static String measure(Side side, Run run, Source source) throws InterruptedException {
    long count = side.count();
    long middle = count / 2;
    Duration patience = Side.patience(run);
    long middleNanos = System.nanoTime();
    for (long taken = 0; taken < count; taken++) {
      if (taken == middle) {
        middleNanos = System.nanoTime();
      }
      Delivery<byte[]> delivery = source.receive(patience);
      if (delivery == null) {
        throw new FailedException(
            Text.format(
                "no message came within %s; %,d of %,d before", Text.of(patience), taken, count));
      }
      if (delivery.value().length != side.size()) {
        throw new FailedException(
            Text.format(
                "a message of %d bytes came, not of %d: give both sides the same --size",
                delivery.value().length, side.size()));
      }
    }
    return side.rate(count - middle, System.nanoTime() - middleNanos);
  }
}
