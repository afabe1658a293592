package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each role over real sockets, in every mix of dialects that a user can make. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LoopbackTest {
  private static final Options DEFAULTS = Options.defaults();
  private static final Options ACKNOWLEDGED =
      Options.builder().assurance(Assurance.AT_LEAST_ONCE).prefetch(7).build();

  private static Endpoint dial(String scheme, Endpoint bound) {
    return Endpoint.of(scheme, bound.host(), bound.port());
  }

  @ParameterizedTest
  @CsvSource({"raw, raw", "sp, sp", "raw, sp", "sp, raw"})
  void aRequestComesBackWithItsReply(String listening, String dialing) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      Rig.Asker requester = rig.new Asker(DEFAULTS);
      Endpoint bound = replier.port.bind(Endpoint.of(listening + "://127.0.0.1:0"));
      requester.port.connect(dial(dialing, bound));

      RequestPort.Target target = next(requester.targets);
      for (int id = 1; id <= 100; id++) {
        assertThat(target.send(id, 1_000_000_000L, bytes("hello " + id))).isTrue();
      }

      for (int id = 1; id <= 100; id++) {
        assertThat(next(requester.replies)).isEqualTo(id + " hello " + id);
      }
      ReplyPort.Incoming first = next(replier.requests);
      assertThat(first.canFail()).isEqualTo(dialing.equals("raw"));
      assertThat(first.peer().protocol()).isEqualTo(dialing.equals("raw") ? "raw v1" : "sp v0");
    }
  }

  @ParameterizedTest
  @CsvSource({"raw, raw", "sp, sp", "raw, sp", "sp, raw"})
  void everyPushedMessageArrivesOnceAndInOrder(String listening, String dialing) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      Endpoint bound = puller.port.bind(Endpoint.of(listening + "://127.0.0.1:0"));
      pusher.port.connect(dial(dialing, bound));

      PushPort.Target target = next(pusher.targets);
      for (int i = 0; i < 100_000; i++) {
        pusher.push(target, bytes("message " + i));
      }

      for (int i = 0; i < 100_000; i++) {
        assertThat(text(next(puller.messages))).isEqualTo("message " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"raw, raw", "sp, sp"})
  void messagesOfEverySizeArriveWhole(String listening, String dialing) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      Endpoint bound = puller.port.bind(Endpoint.of(listening + "://127.0.0.1:0"));
      pusher.port.connect(dial(dialing, bound));
      int[] sizes = {0, 1, 7, 8, 9, 8191, 8192, 8193, 65_535, 65_536, 262_144, 1 << 20, 16 << 20};

      PushPort.Target target = next(pusher.targets);
      for (int size : sizes) {
        byte[] body = new byte[size];
        java.util.Arrays.fill(body, (byte) size);
        pusher.push(target, body);
      }

      for (int size : sizes) {
        byte[] body = next(puller.messages);
        assertThat(body).hasSize(size);
        for (byte octet : body) {
          if (octet != (byte) size) {
            throw new AssertionError("a byte of " + size + " is " + octet);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"raw, raw", "sp, sp", "raw, sp", "sp, raw"})
  void subscribersGetWhatTheyWantAndNothingElse(String listening, String dialing) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer publisher = rig.new Announcer(DEFAULTS);
      Rig.Listener subscriber = rig.new Listener(DEFAULTS);
      Endpoint bound = publisher.port.bind(Endpoint.of(listening + "://127.0.0.1:0"));
      subscriber.port.subscribe(bytes("a."));
      subscriber.port.connect(dial(dialing, bound));
      publisher.awaitSubscribers("a.b", 1);

      publisher.publish("b.", "no");
      publisher.publish("a.b", "one");
      boolean apart = dialing.equals("raw");
      assertThat(next(subscriber.messages)).isEqualTo(apart ? "a.b|one" : "|a.bone");
      subscriber.port.subscribe(bytes("b"));
      publisher.awaitSubscribers("b.", 1);
      publisher.publish("b.", "two");

      assertThat(next(subscriber.messages)).isEqualTo(apart ? "b.|two" : "|b.two");
      assertThat(publisher.port.subscribers(bytes("c"))).isEqualTo(apart ? 0 : 1);
    }
  }

  @ParameterizedTest
  @CsvSource("raw")
  void acknowledgementsAndRefusalsComeBackByTheirNumbers(String scheme) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(ACKNOWLEDGED);
      Rig.Sender pusher = rig.new Sender(ACKNOWLEDGED);
      pusher.port.connect(puller.port.bind(Endpoint.of(scheme + "://127.0.0.1:0")));

      PushPort.Target target = next(pusher.targets);
      assertThat(pusher.credit).isEqualTo(7);
      for (int i = 1; i <= 5; i++) {
        assertThat(target.send(100 + i, i, bytes("m"))).isTrue();
      }
      for (int i = 1; i <= 5; i++) {
        assertThat(next(puller.numbered)).isEqualTo(0x1234 + " " + i + " " + (100 + i) + " " + i);
      }
      puller.sources.get(0).refuse(4, Failure.HANDLER, "no");
      assertThat(next(pusher.answers)).isEqualTo("4 HANDLER no");
      puller.sources.get(0).acknowledge(1);
      puller.sources.get(0).acknowledge(2);
      puller.sources.get(0).acknowledge(3);
      puller.sources.get(0).acknowledge(5);

      String all = "";
      while (!all.endsWith("5-5 ")) {
        all += next(pusher.answers) + " ";
      }
      assertThat(all).isIn("1-3 5-5 ", "1-1 2-3 5-5 ", "1-2 3-3 5-5 ", "1-1 2-2 3-3 5-5 ");
    }
  }

  @ParameterizedTest
  @CsvSource({"raw, GOODBYE", "sp, CLOSED_BY_PEER"})
  void closingSendsWhatIsQueuedAndTellsThePeer(String scheme, DisconnectReason reason)
      throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      pusher.port.connect(puller.port.bind(Endpoint.of(scheme + "://127.0.0.1:0")));
      PushPort.Target target = next(pusher.targets);
      for (int i = 0; i < 50_000; i++) {
        pusher.push(target, bytes("message " + i));
      }

      assertThat(pusher.port.close(Rig.LIMIT)).isZero();

      assertThat(next(puller.downs)).isEqualTo(reason);
      assertThat(puller.messages).hasSize(50_000);
    }
  }
}
