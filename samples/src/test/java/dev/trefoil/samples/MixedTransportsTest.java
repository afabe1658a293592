package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A role over several transports at once is still one role. */
class MixedTransportsTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> EVERYWHERE =
      List.of("inproc://*", "raw://127.0.0.1:0", "sp://127.0.0.1:0", "zmq://127.0.0.1:0");

  private final Codec<String> text = Codec.utf8();

  @Test
  void oneReplierAnswersTheClientsOfEveryTransport() throws Exception {
    try (Messaging messaging = Messaging.create();
        Replier<String, String> replier = messaging.replier(text, text, asked -> asked + "!")) {
      for (String place : EVERYWHERE) {
        Endpoint at = replier.bind(place);
        Requester<String, String> client = messaging.requester(text, text);
        client.connect(at);
        assertThat(client.request(at.scheme(), LIMIT)).isEqualTo(at.scheme() + "!");
      }
      assertThat(replier.awaitPeers(EVERYWHERE.size(), LIMIT)).isTrue();
    }
  }

  @Test
  void onePusherTakesTurnsAmongThePullersOfEveryTransport() throws Exception {
    try (Messaging messaging = Messaging.create();
        Pusher<String> pusher = messaging.pusher(text)) {
      List<Puller<String>> pullers =
          EVERYWHERE.stream().map(place -> puller(messaging, pusher.bind(place))).toList();
      assertThat(pusher.awaitPeers(pullers.size(), LIMIT)).isTrue();
      for (int i = 0; i < 3 * pullers.size(); i++) {
        pusher.push("work");
      }
      for (Puller<String> puller : pullers) {
        for (int i = 0; i < 3; i++) {
          assertThat(puller.receive(LIMIT)).as("message %s of %s", i, puller).isNotNull();
        }
        assertThat(puller.receive(Duration.ZERO)).as("a fourth one of %s", puller).isNull();
      }
    }
  }

  private Puller<String> puller(Messaging messaging, Endpoint at) {
    Puller<String> puller = messaging.puller(text);
    puller.connect(at);
    return puller;
  }

  @Test
  void oneSubscriberHearsThePublishersOfEveryTransport() throws Exception {
    try (Messaging messaging = Messaging.create();
        Subscriber<String> subscriber = messaging.subscriber(text)) {
      subscriber.subscribe("");
      for (String place : EVERYWHERE) {
        Publisher<String> publisher = messaging.publisher(text);
        Endpoint at = publisher.bind(place);
        subscriber.connect(at);
        assertThat(publisher.awaitSubscribers("news", 1, LIMIT)).isTrue();
        publisher.publish("news", at.scheme());
        Delivery<String> news = subscriber.receive(LIMIT);
        assertThat(news).as("news by %s", at).isNotNull();
        assertThat(news.value()).endsWith(at.scheme());
      }
    }
  }
}
