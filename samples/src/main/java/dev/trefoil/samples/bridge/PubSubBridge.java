package dev.trefoil.samples.bridge;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FromTo;
import dev.trefoil.samples.shared.Run;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Publishes whatever it receives, under the same topic. */
@Command(
    name = "pubsub",
    footer = {
      "",
      "Example:",
      "  trefoil bridge pubsub --from raw://127.0.0.1:7001 --to bind:zmq://127.0.0.1:7002"
    },
    description = "Subscribe to every topic at --from, and publish what comes at --to.")
final class PubSubBridge extends Bridge {
  private @Nullable Publisher<byte[]> out;

  PubSubBridge(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    FromTo sides = sides();
    Subscriber<byte[]> in = run.messaging().subscriber(Codec.bytes(), run.options().build());
    Publisher<byte[]> publisher = run.messaging().publisher(Codec.bytes(), run.options().build());
    out = publisher;
    in.subscribe("");
    FromTo.open(publisher, sides.to(), run);
    FromTo.open(in, sides.from(), run);
    while (!run.stopped()) {
      Delivery<byte[]> message = in.receive(UNTIL_STOPPED);
      if (message != null) {
        publisher.publish(message.topic(), message.value());
        run.tally().add(message.value().length);
      }
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (out != null) {
      run.drain(out);
    }
  }
}
