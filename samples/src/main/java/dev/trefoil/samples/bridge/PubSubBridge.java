package dev.trefoil.samples.bridge;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FromTo;
import dev.trefoil.samples.shared.Run;
import picocli.CommandLine.Command;

/** Publishes whatever it receives, under the same topic. */
@Command(
    name = "pubsub",
    description = "Subscribe to every topic at --from, and publish what comes at --to.")
final class PubSubBridge extends Bridge {
  PubSubBridge(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    FromTo sides = sides();
    Subscriber<byte[]> in = run.messaging().subscriber(Codec.bytes(), run.options().build());
    Publisher<byte[]> out = run.messaging().publisher(Codec.bytes(), run.options().build());
    in.subscribe("");
    FromTo.open(out, sides.to(), run);
    FromTo.open(in, sides.from(), run);
    while (!run.stopped()) {
      Delivery<byte[]> message = in.receive(UNTIL_STOPPED);
      if (message != null) {
        out.publish(message.topic(), message.value());
        run.tally().add(message.value().length);
      }
    }
  }
}
