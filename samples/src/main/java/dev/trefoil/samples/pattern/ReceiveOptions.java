package dev.trefoil.samples.pattern;

import dev.trefoil.Delivery;
import dev.trefoil.Options;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code sub} and {@code pull} share: how many messages, how they are printed, the loop. */
final class ReceiveOptions {
  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.Count.class,
      description = "End after N messages. 0 or none: until interrupted.")
  private long count;

  @Option(names = "--raw", description = "No newline after each payload.")
  private boolean raw;

  /** A role's receive. */
  @FunctionalInterface
  interface Source {
    @Nullable Delivery<byte[]> receive(Duration timeout) throws InterruptedException;
  }

  /** What to do with each message. */
  @FunctionalInterface
  interface Taker {
    void take(Delivery<byte[]> delivery, Printer printer) throws InterruptedException;
  }

  /** Takes no more off the wire than will be printed, as far as that can be told beforehand. */
  Options.Builder limitQueue(Options.Builder options) {
    int usual = Options.defaults().receiveQueueMessages();
    return count == 0 ? options : options.receiveQueueMessages((int) Math.min(count, usual));
  }

  /** Receives until the count is reached or the command stopped. Flushes when nothing waits. */
  void each(Run run, Source source, Taker taker) throws InterruptedException {
    Printer printer = new Printer(run.console(), raw);
    try {
      for (long taken = 0; !run.stopped() && (count == 0 || taken < count); taken++) {
        Delivery<byte[]> delivery = source.receive(Duration.ZERO);
        if (delivery == null) {
          printer.flush();
          delivery = source.receive(run.timeout());
        }
        if (delivery == null) {
          throw new FailedException(
              Text.format(
                  "no message came within %s; %,d%s before",
                  Text.of(run.timeout()), taken, count == 0 ? "" : " of " + count));
        }
        taker.take(delivery, printer);
      }
    } finally {
      printer.flush();
    }
  }
}
