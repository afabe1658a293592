package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Pusher;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same wire as mangos, by a peer that checks and limits as mangos does. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MangosTest {
  private static final Options DEFAULTS = Options.defaults();

  private final Rig rig = new Rig();
  private ServerSocket listening;

  @BeforeEach
  void listen() throws IOException {
    listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    rig.close();
    listening.close();
  }

  private Endpoint there(String scheme) {
    return Endpoint.of(scheme, "127.0.0.1", listening.getLocalPort());
  }

  /** Joins a port and a peer of a role, which listens or dials. */
  private Mangos join(Port port, SpRole role, boolean listens) throws IOException {
    if (listens) {
      port.connect(there("sp"));
      return Mangos.accept(listening, role);
    }
    return Mangos.dial(port.bind(Endpoint.of("raw://127.0.0.1:0")).port(), role);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsReplierIsAsked(boolean listens) throws Exception {
    Rig.Asker requester = rig.new Asker(DEFAULTS);
    try (Mangos replier = join(requester.port, SpRole.REP, listens)) {
      assertThat(replier.complaint()).isNull();
      next(requester.targets).send(7, Rig.LIMIT.toNanos(), bytes("hi"));
      byte[] request = replier.receive();
      assertThat(request).isEqualTo(HostileList.hex("80 00 00 07 68 69"));
      replier.send(request);
      assertThat(next(requester.replies)).isEqualTo("7 hi");
    }
  }

  /** Behind two forwarders, whose numbers have to come back with the reply. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsRequesterIsAnswered(boolean listens) throws Exception {
    Rig.Answerer replier = rig.new Answerer(DEFAULTS);
    try (Mangos requester = join(replier.port, SpRole.REQ, listens)) {
      assertThat(requester.complaint()).isNull();
      byte[] request = HostileList.hex("00 00 00 05 7f 00 00 06 80 00 00 07 68 69");
      requester.send(request);
      assertThat(requester.receive()).isEqualTo(request);
      assertThat(text(next(replier.requests).body())).isEqualTo("hi");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsSubscriberHears(boolean listens) throws Exception {
    Rig.Announcer publisher = rig.new Announcer(DEFAULTS);
    try (Mangos subscriber = join(publisher.port, SpRole.SUB, listens)) {
      publisher.awaitSubscribers("", 1);
      publisher.publish("topic ", "body");
      assertThat(subscriber.receive()).isEqualTo(bytes("topic body"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsPublisherIsHeardAndIsToldNothing(boolean listens) throws Exception {
    Rig.Listener subscriber = rig.new Listener(DEFAULTS);
    subscriber.port.subscribe(bytes("news"));
    try (Mangos publisher = join(subscriber.port, SpRole.PUB, listens)) {
      publisher.send(bytes("other"));
      publisher.send(bytes("news 1"));
      assertThat(next(subscriber.messages)).isEqualTo("|news 1");
      subscriber.port.subscribe(bytes("more"));
      subscriber.port.close(Rig.LIMIT);
      assertThat(publisher.rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsPusherIsHeardAndIsToldNothing(boolean listens) throws Exception {
    Rig.Receiver puller = rig.new Receiver(DEFAULTS);
    try (Mangos pusher = join(puller.port, SpRole.PUSH, listens)) {
      pusher.send(new byte[Mangos.LARGEST]);
      pusher.send(bytes("last"));
      assertThat(next(puller.messages)).hasSize(Mangos.LARGEST);
      assertThat(next(puller.messages)).isEqualTo(bytes("last"));
      // It keeps its end open: that must not cost the whole linger.
      long before = System.nanoTime();
      puller.port.close(Rig.LIMIT);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Rig.LIMIT.dividedBy(2));
      assertThat(pusher.rest()).isEmpty();
    }
  }

  @Test
  void itsPullerTakesAMebibyteAndClosesAtMore() throws Exception {
    Rig.Sender pusher = rig.new Sender(DEFAULTS);
    try (Mangos puller = join(pusher.port, SpRole.PULL, true)) {
      var target = next(pusher.targets);
      pusher.push(target, new byte[Mangos.LARGEST]);
      assertThat(puller.receive()).hasSize(Mangos.LARGEST);
      pusher.push(target, new byte[Mangos.LARGEST + 1]);
      assertThat(puller.receive()).isNull();
      assertThat(puller.complaint()).isEqualTo("message is too long");
      assertThat(next(pusher.downs)).isIn(DisconnectReason.CLOSED_BY_PEER, DisconnectReason.RESET);
    }
    // It is dialed again, as if nothing had been.
    try (Mangos again = Mangos.accept(listening, SpRole.PULL)) {
      pusher.push(next(pusher.targets), bytes("next"));
      assertThat(again.receive()).isEqualTo(bytes("next"));
    }
  }

  /** Who knows that peer's limit sets the same, and hears of a large message before it is sent. */
  @Test
  void aLimitLikeItsOwnRefusesBeforeSending() throws Exception {
    Options limited = Options.builder().maxMessageBytes(Mangos.LARGEST).build();
    try (Messaging messaging = Messaging.create();
        Pusher<byte[]> pusher = messaging.pusher(Codec.bytes(), limited)) {
      pusher.connect(there("sp"));
      try (Mangos puller = Mangos.accept(listening, SpRole.PULL)) {
        assertThatThrownBy(() -> pusher.push(new byte[Mangos.LARGEST + 1]))
            .isInstanceOf(MessageTooLargeException.class);
        pusher.push(new byte[Mangos.LARGEST]);
        assertThat(puller.receive()).hasSize(Mangos.LARGEST);
        assertThat(puller.complaint()).isNull();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SpRole.class,
      names = {"REQ", "PUB", "SUB", "PUSH"})
  void twoRolesThatDoNotBelongTogetherPart(SpRole role) throws Exception {
    Rig.Sender pusher = rig.new Sender(DEFAULTS);
    int port = pusher.port.bind(Endpoint.of("sp://127.0.0.1:0")).port();
    try (Mangos wrong = Mangos.dial(port, role)) {
      assertThat(wrong.complaint()).isEqualTo("invalid or unsupported protocol");
      assertThat(next(pusher.rejections)).isEqualTo(RejectReason.WRONG_ROLE);
    }
    try (Mangos right = Mangos.dial(port, SpRole.PULL)) {
      assertThat(right.complaint()).isNull();
    }
  }

  /** It knows no v1: it closes, and the dialer says what it met. */
  @Test
  void dialedForV1ItClosesAndTheDialerIsToldWhatItSpeaks() throws Exception {
    Rig.Sender pusher = rig.new Sender(DEFAULTS);
    pusher.port.connect(there("raw"));
    try (Mangos puller = Mangos.accept(listening, SpRole.PULL)) {
      assertThat(puller.complaint()).isEqualTo("invalid or unsupported protocol");
      assertThat(next(pusher.rejections)).isEqualTo(RejectReason.WRONG_VERSION);
      assertThat(next(pusher.details)).contains("it speaks").contains("was dialed for");
    }
  }
}
