package dev.trefoil.samples.pattern;

import dev.trefoil.Codec;
import dev.trefoil.Publisher;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.PayloadSource;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code trefoil pub}: sends to all who want the topic, and waits for none of them. */
@Command(
    name = "pub",
    footer = {
      "",
      "Example:",
      "  trefoil pub --bind raw://127.0.0.1:7000 --topic news --data hello --interval 1s"
    },
    description = "Publish messages of one topic to all subscribers.")
public final class PubCommand extends Tool {
  @Mixin private Connections connections = new Connections();
  @Mixin private PayloadSource payloads = new PayloadSource();

  @Option(
      names = "--topic",
      paramLabel = "T",
      required = true,
      description = "The topic; subscribers filter by its beginning.")
  private String topic = "";

  @Option(
      names = "--interval",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "The pause between messages.")
  private Duration interval = Duration.ZERO;

  @Option(
      names = "--wait-subscribers",
      paramLabel = "N",
      converter = Numbers.WholeNumber.class,
      description = "Wait for N subscribers of the topic before the first message.")
  private int waitSubscribers;

  private long deliveries;
  private @Nullable Publisher<byte[]> publisher;

  public PubCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    payloads.open(run);
    Publisher<byte[]> opened = run.messaging().publisher(Codec.bytes(), run.options().build());
    publisher = opened;
    connections.open(opened, run);
    awaitSubscribers(opened, run);
    boolean first = true;
    for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
      if (!first) {
        run.pause(interval);
      }
      first = false;
      deliveries += opened.publish(topic, payload);
      run.tally().add(payload.length);
    }
  }

  private void awaitSubscribers(Publisher<byte[]> opened, Run run) throws InterruptedException {
    if (waitSubscribers > 0 && !opened.awaitSubscribers(topic, waitSubscribers, run.timeout())) {
      throw new FailedException(
          Text.format(
              "%d of %d subscribers came within %s",
              opened.subscribers(topic), waitSubscribers, Text.of(run.timeout())));
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
    return Text.format("published %s; %,d taken by subscribers' queues", run.tally(), deliveries);
  }
}
