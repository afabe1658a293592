package dev.trefoil.samples.bench;

import dev.trefoil.Codec;
import dev.trefoil.Pusher;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.Run;
import picocli.CommandLine.Command;

/** Pushes as fast as there is room. */
@Command(
    name = "push",
    footer = {
      "",
      "Example:",
      "  trefoil bench push --connect raw://127.0.0.1:7000 --size 64 --count 1000000"
    },
    description = "Push --count messages as fast as there is room.")
final class BenchPush extends Side {
  BenchPush(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    long count = count();
    Pusher<byte[]> pusher =
        run.messaging().pusher(Codec.bytes(), run.options().sendTimeout(patience(run)).build());
    open(pusher, run);
    awaitOtherSide(pusher, run);
    byte[] payload = payload();
    for (long i = 0; i < count; i++) {
      pusher.push(payload);
    }
    run.drain(pusher);
  }
}
