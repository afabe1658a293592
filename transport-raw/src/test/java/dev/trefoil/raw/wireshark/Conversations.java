package dev.trefoil.raw.wireshark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.RemoteException;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Has real roles talk over real sockets, one conversation after the other, and records them. */
final class Conversations {
  static final int REQUESTS = 0;
  static final int TOPICS = 1;
  static final int WORK = 2;
  static final int PLAIN = 3;

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Conversations() {}

  /** {@return what was said, connections numbered as the constants have it} */
  static List<Recorder.Chunk> record() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    List<Recorder.Chunk> all = new ArrayList<>();
    try (Messaging messaging = Messaging.create()) {
      all.addAll(requests(messaging, connections));
      all.addAll(topics(messaging, connections));
      all.addAll(work(messaging, connections));
      all.addAll(plain(messaging, connections));
    }
    return all;
  }

  private static String answer(String text) {
    if (text.equals("bad")) {
      throw new IllegalArgumentException("cannot answer that");
    }
    return "re:" + text;
  }

  private static List<Recorder.Chunk> requests(Messaging messaging, AtomicInteger connections)
      throws Exception {
    // Asks often, and gives nobody up whom a busy machine holds up.
    Options nervous =
        Options.builder().heartbeatInterval(Duration.ofMillis(50)).heartbeatMisses(600).build();
    try (Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), Conversations::answer);
        Recorder recorder = new Recorder(replier.bind("raw://127.0.0.1:0").port(), connections)) {
      try (Requester<String, String> requester =
          messaging.requester(Codec.utf8(), Codec.utf8(), nervous)) {
        requester.connect("raw://127.0.0.1:" + recorder.port());
        assertThat(requester.request("hello", LIMIT)).isEqualTo("re:hello");
        assertThatThrownBy(() -> requester.request("bad", LIMIT))
            .isInstanceOf(RemoteException.class);
        await()
            .atMost(LIMIT)
            .until(() -> said(recorder, true, 0x02) && said(recorder, false, 0x03));
      }
      recorder.awaitEnd(); // its last word is on its way still
      return recorder.chunks();
    }
  }

  private static boolean said(Recorder recorder, boolean byDialer, int firstByte) {
    return recorder.chunks().stream()
        .anyMatch(chunk -> chunk.byDialer() == byDialer && chunk.bytes()[0] == firstByte);
  }

  private static List<Recorder.Chunk> topics(Messaging messaging, AtomicInteger connections)
      throws Exception {
    try (Publisher<String> publisher = messaging.publisher(Codec.utf8());
        Recorder recorder = new Recorder(publisher.bind("raw://127.0.0.1:0").port(), connections);
        Subscriber<String> subscriber = messaging.subscriber(Codec.utf8())) {
      subscriber.subscribe("t");
      subscriber.connect("raw://127.0.0.1:" + recorder.port());
      assertThat(publisher.awaitSubscribers("t", 1, LIMIT)).isTrue();
      publisher.publish("t1", "hi");
      assertThat(subscriber.receive(LIMIT).value()).isEqualTo("hi");
      subscriber.unsubscribe("t");
      await().atMost(LIMIT).until(() -> publisher.subscribers("t") == 0);
      return recorder.chunks();
    }
  }

  private static List<Recorder.Chunk> work(Messaging messaging, AtomicInteger connections)
      throws Exception {
    Options careful = Options.builder().assurance(Assurance.AT_LEAST_ONCE).build();
    AtomicInteger handled = new AtomicInteger();
    try (Pusher<String> pusher = messaging.pusher(Codec.utf8(), careful);
        Recorder recorder = new Recorder(pusher.bind("raw://127.0.0.1:0").port(), connections);
        Puller<String> puller =
            messaging.puller(
                Codec.utf8(),
                delivery -> {
                  if (handled.incrementAndGet() == 1) {
                    throw new IllegalStateException("not yet");
                  }
                },
                careful)) {
      puller.connect("raw://127.0.0.1:" + recorder.port());
      assertThat(pusher.awaitPeers(1, LIMIT)).isTrue();
      pusher.pushAcknowledged("hi").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      return recorder.chunks();
    }
  }

  private static List<Recorder.Chunk> plain(Messaging messaging, AtomicInteger connections)
      throws Exception {
    try (Pusher<String> pusher = messaging.pusher(Codec.utf8());
        Recorder recorder = new Recorder(pusher.bind("sp://127.0.0.1:0").port(), connections);
        Puller<String> puller = messaging.puller(Codec.utf8())) {
      puller.connect("sp://127.0.0.1:" + recorder.port());
      assertThat(pusher.awaitPeers(1, LIMIT)).isTrue();
      pusher.push("hi");
      assertThat(puller.receive(LIMIT).value()).isEqualTo("hi");
      return recorder.chunks();
    }
  }
}
