package dev.trefoil.samples.ticker;

import dev.trefoil.Codec;
import dev.trefoil.Overflow;
import dev.trefoil.Publisher;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil ticker publisher}: numbered prices of three shares, one topic each. */
@Command(
    name = "publisher",
    footer = {
      "",
      "Example:",
      "  trefoil ticker publisher --bind zmq://127.0.0.1:7021 --interval 10ms"
    },
    description =
        "Publish numbered prices under the topics price.clover, price.sorrel and price.vetch."
            + " Listens at "
            + TickerCommand.USUAL_ENDPOINT
            + " unless told.")
final class TickerPublisher extends Tool {
  private static final String[] SHARES = {"clover", "sorrel", "vetch"};

  @Mixin private Connections connections = new Connections();

  @Option(
      names = "--interval",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "The pause between prices. Default: 200ms.")
  private Duration interval = Duration.ofMillis(200);

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Numbers.Count.class,
      description = "End after N prices. 0 or none: until interrupted.")
  private long count;

  @Option(
      names = "--overflow",
      paramLabel = "POLICY",
      description =
          "What becomes of a price for a watcher whose queue is full: drop_oldest (default),"
              + " drop_newest, block or disconnect.")
  private Overflow overflow = Overflow.DROP_OLDEST;

  @Option(
      names = "--queue",
      paramLabel = "N",
      converter = Numbers.PositiveNumber.class,
      description = "How many prices wait for each watcher. Default: 16.")
  private int queue = 16;

  private final Random random = new Random();
  private final double[] prices = {100, 100, 100};
  private @Nullable Publisher<String> publisher;

  TickerPublisher(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Publisher<String> opened =
        run.messaging()
            .publisher(
                Codec.utf8(),
                run.options()
                    .overflow(overflow)
                    .sendQueueMessages(queue)
                    .tcp(TickerCommand.smallBuffers())
                    .build());
    publisher = opened;
    connections.openOrBind(opened, run, TickerCommand.USUAL_ENDPOINT);
    for (long number = 1; count == 0 || number <= count; number++) {
      int share = (int) (number % SHARES.length);
      prices[share] *= 1 + random.nextGaussian() / 1_000;
      String tick = Text.format("#%d %s %.2f", number, SHARES[share], prices[share]);
      opened.publish("price." + SHARES[share], tick);
      run.tally().add(tick.getBytes(StandardCharsets.UTF_8).length);
      run.pause(interval);
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (publisher != null) {
      run.drain(publisher);
    }
  }

  @Override
  protected String summary(Run run) {
    return "published " + run.tally();
  }
}
