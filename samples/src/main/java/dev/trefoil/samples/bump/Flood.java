package dev.trefoil.samples.bump;

import dev.trefoil.Codec;
import dev.trefoil.Options;
import dev.trefoil.Pusher;
import dev.trefoil.SendResult;
import dev.trefoil.TimedOutException;
import dev.trefoil.samples.shared.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A sender that is too fast: 12. */
final class Flood {
  private static final Duration SEND_LIMIT = Duration.ofSeconds(1);
  private static final int MESSAGE_BYTES = 64 * 1024;
  private static final long QUEUE_BYTES = 1024 * 1024;

  /** What the two queues and the kernel's buffers between them may hold; far less than is sent. */
  private static final int MOST = 4_000;

  private Flood() {}

  static Finding tooFast(Stage stage) throws IOException, InterruptedException {
    Witness witness = stage.witness();
    Options options =
        stage
            .options()
            // A puller that is full reads nothing and speaks up at its own interval: the usual 10
            // s.
            .heartbeatInterval(Duration.ZERO)
            .sendTimeout(SEND_LIMIT)
            .sendQueueBytes(QUEUE_BYTES)
            .build();
    List<String> slow =
        List.of("pull", "--bind", stage.uri(0), "--raw", "--delay", "1m", "--timeout", "2m");
    try (ServerProcess puller = stage.start(List.of(), slow);
        Pusher<byte[]> pusher = stage.run().messaging().pusher(Codec.bytes(), options)) {
      pusher.connect(puller.bound());
      if (!pusher.awaitPeers(1, Duration.ofSeconds(10))) {
        return Finding.missed("the puller did not let us in", "");
      }
      witness.moment("push as fast as it goes, to a puller that needs a minute for each message");
      int sent = pushUntilFull(pusher, witness);
      Duration after = witness.elapsed();
      SendResult result = pusher.tryPush(new byte[MESSAGE_BYTES]);
      witness.also(
          Text.format(
              "%,d messages of %,d KiB were taken; tryPush says %s; %d peer is still there",
              sent, MESSAGE_BYTES / 1024, result, pusher.peers().size()));
      boolean kept = sent < MOST && result == SendResult.FULL && pusher.peers().size() == 1;
      return Finding.kept(
          kept,
          "push waits, then TimedOutException",
          after,
          "sendTimeout of " + Text.of(SEND_LIMIT));
    }
  }

  private static int pushUntilFull(Pusher<byte[]> pusher, Witness witness)
      throws InterruptedException {
    int sent = 0;
    try {
      while (sent < MOST) {
        pusher.push(new byte[MESSAGE_BYTES]);
        sent++;
      }
    } catch (TimedOutException e) {
      witness.caught(e);
    }
    return sent;
  }
}
