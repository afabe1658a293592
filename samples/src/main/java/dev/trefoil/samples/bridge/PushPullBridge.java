package dev.trefoil.samples.bridge;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FromTo;
import dev.trefoil.samples.shared.Run;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Hands on what it is handed. */
@Command(
    name = "pushpull",
    footer = {
      "",
      "Example:",
      "  trefoil bridge pushpull --from zmq://127.0.0.1:7001 --to connect:raw://127.0.0.1:7002"
    },
    description = "Pull at --from, and push to --to.")
final class PushPullBridge extends Bridge {
  /** With no puller there, the bridge waits, and so does the pusher behind it. */
  private static final Duration FOR_ROOM = Duration.ofDays(365);

  @Option(
      names = "--at-least-once",
      description = "Acknowledge a message when a puller at --to has acknowledged it.")
  private boolean atLeastOnce;

  private @Nullable Pusher<byte[]> out;

  PushPullBridge(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    FromTo sides = sides();
    Options options =
        run.options()
            .sendTimeout(run.timeoutOr(FOR_ROOM))
            .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
            .build();
    Puller<byte[]> in = run.messaging().puller(Codec.bytes(), options);
    Pusher<byte[]> pusher = run.messaging().pusher(Codec.bytes(), options);
    out = pusher;
    FromTo.open(pusher, sides.to(), run);
    FromTo.open(in, sides.from(), run);
    while (!run.stopped()) {
      Delivery<byte[]> message = in.receive(UNTIL_STOPPED);
      if (message != null) {
        passOn(message, pusher);
        run.tally().add(message.value().length);
      }
    }
  }

  private void passOn(Delivery<byte[]> message, Pusher<byte[]> pusher) throws InterruptedException {
    if (!atLeastOnce) {
      pusher.push(message.value());
      return;
    }
    var unused =
        pusher
            .pushAcknowledged(message.value())
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    message.acknowledge();
                  } else {
                    message.refuse(String.valueOf(failure.getMessage()));
                  }
                });
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (out != null) {
      run.drain(out);
    }
  }
}
