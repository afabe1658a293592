package dev.trefoil.samples.bench;

import dev.trefoil.Idle;
import dev.trefoil.Messaging;
import dev.trefoil.Role;
import dev.trefoil.samples.shared.Connections;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.SizeConverter;
import dev.trefoil.samples.shared.Text;
import dev.trefoil.samples.shared.Tool;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One side of a measurement: how large, how many, and how idle time is passed. */
abstract class Side extends Tool {
  /** A side whose other side is gone must not wait for ever. */
  private static final Duration OTHER_SIDE = Duration.ofSeconds(30);

  @Mixin private Connections connections = new Connections();

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      required = true,
      converter = SizeConverter.class,
      description = "Bytes in each payload.")
  private int size;

  @Option(
      names = "--count",
      paramLabel = "N",
      required = true,
      converter = Numbers.PositiveCount.class,
      description = "How many messages, warm-up included.")
  private long count;

  @Option(
      names = "--mode",
      paramLabel = "park|spin",
      description =
          "How waiting threads pass the time: park sleeps, spin keeps a processor busy for lower"
              + " latency. Default: park.")
  private Idle mode = Idle.PARK;

  Side(Console console) {
    super(console);
  }

  @Override
  protected final Messaging.Builder messaging() {
    return Messaging.builder().idle(mode);
  }

  /** A live line would cost what is measured. */
  @Override
  protected final boolean showsLife() {
    return false;
  }

  final int size() {
    return size;
  }

  final long count() {
    return count;
  }

  final byte[] payload() {
    return new byte[size];
  }

  final void open(Role role, Run run) {
    connections.open(role, run);
  }

  /** How long to wait for the other side to come, or to say more. */
  static Duration patience(Run run) {
    return run.timeoutOr(OTHER_SIDE);
  }

  static void awaitOtherSide(Role role, Run run) throws InterruptedException {
    Duration limit = patience(run);
    if (!role.awaitPeers(1, limit)) {
      throw new FailedException("the other side did not come within " + Text.of(limit));
    }
  }

  /** Prints the line of figures: {@code bench raw push-pull size=64 …}. */
  final void print(String pattern, String figures) throws java.io.IOException {
    String line =
        Text.format(
            "bench %s %s size=%d count=%d %s\n",
            connections.scheme(), pattern, size, count, figures);
    console().out().write(line.getBytes(StandardCharsets.US_ASCII));
    console().out().flush();
  }

  /** Such as {@code msgs_per_s=1000000 mb_per_s=64.0}. */
  final String rate(long messages, long nanos) {
    double seconds = Math.max(1, nanos) / 1e9;
    double perSecond = messages / seconds;
    return Text.format("msgs_per_s=%.0f mb_per_s=%.1f", perSecond, perSecond * size / 1e6);
  }

  @Override
  protected String summary(Run run) {
    return run.stopped() ? "the measurement did not end" : "";
  }
}
