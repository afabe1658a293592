package dev.trefoil.samples.bench;

import dev.trefoil.Codec;
import dev.trefoil.Puller;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Run;
import picocli.CommandLine.Command;

/** Pulls, and prints the rate over the second half. */
@Command(
    name = "pull",
    footer = {
      "",
      "Example:",
      "  trefoil bench pull --bind raw://127.0.0.1:7000 --size 64 --count 1000000"
    },
    description = "Pull --count messages, and print the rate.")
final class BenchPull extends Side {
  BenchPull(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Puller<byte[]> puller = run.messaging().puller(Codec.bytes(), run.options().build());
    open(puller, run);
    print("push-pull", Receiving.measure(this, run, puller::receive));
  }
}
