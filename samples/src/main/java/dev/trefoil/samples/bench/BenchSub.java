package dev.trefoil.samples.bench;

import dev.trefoil.Codec;
import dev.trefoil.Subscriber;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Run;
import picocli.CommandLine.Command;

/** Subscribes, and prints the rate over the second half. */
@Command(
    name = "sub",
    footer = {
      "",
      "Example:",
      "  trefoil bench sub --connect raw://127.0.0.1:7000 --size 64 --count 1000000"
    },
    description = "Receive --count published messages, and print the rate.")
final class BenchSub extends Side {
  BenchSub(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Subscriber<byte[]> subscriber =
        run.messaging().subscriber(Codec.bytes(), run.options().build());
    subscriber.subscribe(BenchPub.TOPIC);
    open(subscriber, run);
    print("pub-sub", Receiving.measure(this, run, subscriber::receive));
  }
}
