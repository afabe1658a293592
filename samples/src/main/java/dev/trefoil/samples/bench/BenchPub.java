package dev.trefoil.samples.bench;

import dev.trefoil.Codec;
import dev.trefoil.Overflow;
import dev.trefoil.Publisher;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import picocli.CommandLine.Command;

/** Publishes as fast as the subscriber takes it. */
@Command(
    name = "pub",
    footer = {
      "",
      "Example:",
      "  trefoil bench pub --bind raw://127.0.0.1:7000 --size 64 --count 1000000"
    },
    description = "Publish --count messages as fast as the subscriber takes them.")
final class BenchPub extends Side {
  BenchPub(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    long count = count();
    Publisher<byte[]> publisher =
        run.messaging()
            .publisher(
                Codec.bytes(),
                run.options().overflow(Overflow.BLOCK).sendTimeout(patience(run)).build());
    open(publisher, run);
    if (!publisher.awaitSubscribers(TOPIC, 1, patience(run))) {
      throw new FailedException("no subscriber came within " + Text.of(patience(run)));
    }
    byte[] payload = payload();
    for (long i = 0; i < count; i++) {
      publisher.publish(TOPIC, payload);
    }
    run.drain(publisher);
  }

  static final String TOPIC = "bench";
}
