package dev.trefoil.samples.ticker;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Subscriber;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Printer;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil ticker watcher}: prints prices, and says when some are missing. */
@Command(
    name = "watcher",
    footer = {
      "",
      "Example:",
      "  trefoil ticker watcher --connect zmq://127.0.0.1:7021 --topic price.clover"
    },
    description =
        "Print prices, and what was missed. Connects to "
            + TickerCommand.USUAL_ENDPOINT
            + " unless told.")
final class TickerWatcher extends Tool {
  /** So small that a slow watcher's queue is soon full, and the wire is paused. */
  private static final int QUEUE = 16;

  @Mixin private Connections connections = new Connections();

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Want topics that begin so; repeat for more. None: every price.")
  private List<String> topics = new ArrayList<>();

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.Count.class,
      description = "End after N prices. 0 or none: until interrupted.")
  private long count;

  @Option(
      names = "--delay",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "Be slow: the time spent on each price.")
  private Duration delay = Duration.ZERO;

  private long missed;

  TickerWatcher(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Subscriber<String> subscriber =
        run.messaging()
            .subscriber(
                Codec.utf8(),
                run.options()
                    .receiveQueueMessages(QUEUE)
                    .tcp(TickerCommand.smallBuffers())
                    .build());
    for (String topic : topics.isEmpty() ? List.of("") : topics) {
      subscriber.subscribe(topic);
    }
    connections.openOrConnect(subscriber, run, TickerCommand.USUAL_ENDPOINT);
    Printer printer = new Printer(run.console(), false);
    for (long seen = 0; !run.stopped() && (count == 0 || seen < count); seen++) {
      Delivery<String> delivery = subscriber.receive(run.timeout());
      if (delivery == null) {
        throw new FailedException("no price came within " + Text.of(run.timeout()));
      }
      show(delivery, printer, run);
      run.work(delay);
    }
  }

  private void show(Delivery<String> delivery, Printer printer, Run run) {
    if (delivery.missed() > 0) {
      missed += delivery.missed();
      run.note(Text.format("%,d prices were dropped before the next one", delivery.missed()));
    }
    byte[] tick = delivery.value().getBytes(StandardCharsets.UTF_8);
    printer.print(tick);
    printer.flush();
    run.tally().add(tick.length);
  }

  @Override
  protected String summary(Run run) {
    return "saw " + run.tally() + (missed == 0 ? "" : Text.format("; missed %,d", missed));
  }

  @Override
  protected boolean showsLife() {
    return !console().outIsTerminal();
  }
}
