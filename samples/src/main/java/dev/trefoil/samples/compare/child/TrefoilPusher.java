package dev.trefoil.samples.compare.child;

import dev.trefoil.Codec;
import dev.trefoil.Pusher;
import dev.trefoil.samples.compare.trial.Trial;
import java.io.IOException;
import java.time.Duration;

/** Pushes as fast as there is room, or at the fixed rate. */
final class TrefoilPusher extends TrefoilSide {
  private static final Duration LAST_ACKNOWLEDGEMENTS = Duration.ofSeconds(5);

  private final Crew crew = new Crew();
  private final Pusher<byte[]> pusher;
  private final Sending sending;

  TrefoilPusher(Trial trial, Gauge gauge) {
    super(trial);
    pusher = messaging().pusher(Codec.bytes(), options());
    sending = new Sending(trial, gauge, this::push);
  }

  private boolean push(byte[] message) throws InterruptedException {
    pusher.push(message);
    return true;
  }

  @Override
  public String open() throws IOException {
    return bind(pusher);
  }

  @Override
  public void awaitPeers() throws IOException, InterruptedException {
    awaitPeers(pusher, trial().cell().work().receivers());
  }

  @Override
  public void start() {
    crew.add("pusher", sending::run);
  }

  @Override
  public long stop() throws Exception {
    crew.join();
    if (trial().cell().work().isSure() && !pusher.awaitAcknowledged(LAST_ACKNOWLEDGEMENTS)) {
      throw new IOException(pusher.unacknowledged() + " messages were not acknowledged within 5 s");
    }
    return sending.sent();
  }
}
