package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that is so busy that its loop reads it without asking the selector first. */
@Timeout(120)
final class UnaskedReadsTest {
  /** So many that each side's loop takes the connection for the likely one. */
  private static final int REQUESTS = 2_000;

  private static final int RESTARTS = 20;

  /** Less than a loop sleeps at most when it knows of nothing to do. */
  private static final Duration SOON = Duration.ofSeconds(20);

  /** The end of such a connection sets a deadline, for the next attempt to connect. */
  @Test
  void theEndOfABusyConnectionIsFollowedByTheNextAttempt() throws Exception {
    try (Messaging near = Messaging.create();
        Messaging far = Messaging.create()) {
      Requester<String, String> asks = near.requester(Codec.utf8(), Codec.utf8());
      Endpoint at = null;
      for (int i = 0; i < RESTARTS; i++) {
        Replier<String, String> answers =
            far.replier(Codec.utf8(), Codec.utf8(), request -> request, Options.defaults());
        if (at == null) {
          at = answers.bind("raw://127.0.0.1:0");
          asks.connect(at);
        } else {
          answers.bind(at);
        }
        assertThat(asks.awaitPeers(1, SOON)).as("connected after %s restarts", i).isTrue();
        for (int request = 0; request < REQUESTS; request++) {
          assertThat(asks.request("ping")).isEqualTo("ping");
        }
        answers.close();
        await().atMost(SOON).until(() -> asks.peers().isEmpty());
      }
    }
  }
}
