package dev.trefoil.samples.pattern;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Options;
import dev.trefoil.Pusher;
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

/** {@code trefoil push}: hands out work; exit 0 only if all of it was taken. */
@Command(
    name = "push",
    footer = {
      "",
      "Example:",
      "  seq 100 | trefoil push --bind zmq://127.0.0.1:7000 --at-least-once -"
    },
    description = "Hand out messages to pullers, each to one of them, in turn.")
public final class PushCommand extends Tool {
  private static final Duration BETWEEN_SIGNS_OF_LIFE = Duration.ofSeconds(60);

  @Mixin private Connections connections = new Connections();
  @Mixin private PayloadSource payloads = new PayloadSource();

  @Option(
      names = "--interval",
      paramLabel = "D",
      converter = DurationConverter.class,
      description = "The pause between messages.")
  private Duration interval = Duration.ZERO;

  @Option(
      names = "--wait-peers",
      paramLabel = "N",
      converter = Numbers.WholeNumber.class,
      description = "Wait for N pullers before the first message.")
  private int waitPeers;

  @Option(
      names = "--at-least-once",
      description = "Send again what is not acknowledged; exit 0 only if all is.")
  private boolean atLeastOnce;

  private @Nullable Pusher<byte[]> pusher;

  public PushCommand(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    payloads.open(run);
    Options options =
        run.options()
            .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
            .deadLetters(
                letter -> run.note("gave up on message " + letter.id() + ": " + letter.reason()))
            .build();
    Pusher<byte[]> opened = run.messaging().pusher(Codec.bytes(), options);
    pusher = opened;
    connections.open(opened, run);
    run.awaitPeers(opened, waitPeers);
    boolean first = true;
    for (byte[] payload = payloads.next(); payload != null; payload = payloads.next()) {
      if (!first) {
        run.pause(interval);
      }
      first = false;
      opened.push(payload);
      run.tally().add(payload.length);
    }
    if (atLeastOnce) {
      awaitAcknowledged(opened, run);
    }
  }

  /** Without a limit of the user's, a puller may take its time as long as something moves. */
  private static void awaitAcknowledged(Pusher<byte[]> pusher, Run run)
      throws InterruptedException {
    Duration limit = run.timeoutOr(BETWEEN_SIGNS_OF_LIFE);
    boolean limited = run.timeoutOr(Duration.ZERO).isZero();
    int before = pusher.unacknowledged();
    while (!pusher.awaitAcknowledged(limit)) {
      int left = pusher.unacknowledged();
      if (!limited || left >= before) {
        throw new FailedException(
            Text.format("%,d messages were not acknowledged within %s", left, Text.of(limit)));
      }
      before = left;
    }
  }

  @Override
  protected void finish(Run run) throws Exception {
    if (pusher != null) {
      run.drain(pusher);
    }
    if (!atLeastOnce) {
      run.checkNoneLost();
    }
    // By the meter, since what is told to a listener may come a moment later.
    double dead = run.counted("trefoil.messages.dead");
    if (dead > 0) {
      throw new FailedException(
          Text.format("%,.0f messages were given up: no puller acknowledged them", dead));
    }
  }

  @Override
  protected boolean countsLosses() {
    return true;
  }

  @Override
  protected String summary(Run run) {
    return "sent " + run.tally();
  }
}
