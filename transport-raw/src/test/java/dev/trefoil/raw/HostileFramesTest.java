package dev.trefoil.raw;

import static dev.trefoil.raw.HostileList.hex;
import static dev.trefoil.raw.HostileList.word;
import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Assurance;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortMetrics.Drop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that open well and then send what their role does not: the others are not harmed. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class HostileFramesTest {
  private static final Options DEFAULTS = Options.defaults();
  private static final Options ACKNOWLEDGED =
      Options.builder().assurance(Assurance.AT_LEAST_ONCE).build();

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  /** A peer that has opened. */
  private static Socket opened(Port port, SpRole role, Dialect dialect, boolean acknowledged)
      throws IOException {
    int at = port.bind(Endpoint.of("raw://127.0.0.1:0")).port();
    Socket peer = new Socket(InetAddress.getLoopbackAddress(), at);
    peer.setSoTimeout((int) Rig.LIMIT.toMillis());
    peer.getOutputStream().write(word(Hello.encode(role, dialect)));
    if (dialect == Dialect.V1) {
      Open open = new Open(1, acknowledged ? Open.AT_LEAST_ONCE : 0, 1 << 20, 1, 1, 0);
      peer.getOutputStream()
          .write(Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open.encode()));
    }
    return peer;
  }

  private static byte[] frame(int type, String body) {
    byte[] content = body == null ? Frames.EMPTY : hex(body);
    return HostileList.join(word(FrameType.word(type, content.length)), content);
  }

  @ParameterizedTest(name = "a {0} sends {1} {2}")
  @CsvSource({
    // type, content: no fields, only what follows the length
    "REQ, 11, 00000001",
    "REQ, 10, 000000010000",
    "REP, 10, 0000000100000000",
    "REP, 12, 00000001",
    "REP, 00, 6869",
    "SUB, 00, 6869",
    "SUB, A3, 0000000000000001",
    "PUB, A3, 00000000000001",
    "PUB, A3, ffffffffffffffff",
    "PUB, 20, 000000ff74",
    "PUB, 00, 6869",
    "PULL, 31, 00000000000000010000000000000001",
    "PULL, 00, 6869",
    "PUSH, 30, 000000000000000100000001",
    "PUSH, 33, 00000001",
    "PUSH, 22, 74",
  })
  void aFrameThatItsRoleDoesNotSendEndsTheConnection(SpRole role, String type, String content)
      throws Exception {
    Rig.Peers ours = ours(role.peer(), DEFAULTS);
    try (Socket peer = opened(portOf(ours), role, Dialect.V1, false)) {
      next(ours.ups);
      peer.getOutputStream().write(frame(Integer.parseInt(type, 16), content));
      assertThat(next(ours.downs)).isEqualTo(DisconnectReason.MALFORMED);
      peer.getInputStream().readAllBytes();
    }
  }

  @ParameterizedTest(name = "a {0} sends {1} {2}")
  @CsvSource({
    "PULL, 31, 000000000000000100000000000000",
    "PULL, 31, ",
    "PULL, 31, 00000000000000050000000000000001",
    "PULL, 32, 0000000000000001",
    "PULL, 33, 00000000",
    "PULL, 33, 000001",
    "PUSH, 00, 6869",
    "PUSH, 30, 000000000000000100000000"
  })
  void anAcknowledgementThatMakesNoSenseEndsTheConnection(SpRole role, String type, String content)
      throws Exception {
    Rig.Peers ours = ours(role.peer(), ACKNOWLEDGED);
    try (Socket peer = opened(portOf(ours), role, Dialect.V1, true)) {
      next(ours.ups);
      peer.getOutputStream().write(frame(Integer.parseInt(type, 16), content));
      assertThat(next(ours.downs)).isEqualTo(DisconnectReason.MALFORMED);
      peer.getInputStream().readAllBytes();
    }
  }

  /** As nng closes its pipe, too. */
  @ParameterizedTest
  @CsvSource({"REQ, 800000", "REQ, 0000000500000006", "REP, 800000"})
  void aV0BodyThatEndsWithinItsHeaderEndsTheConnection(SpRole role, String body) throws Exception {
    Rig.Peers ours = ours(role.peer(), DEFAULTS);
    try (Socket peer = opened(portOf(ours), role, Dialect.V0, false)) {
      next(ours.ups);
      peer.getOutputStream().write(frame(0, body));
      assertThat(next(ours.downs)).isEqualTo(DisconnectReason.MALFORMED);
      peer.getInputStream().readAllBytes();
    }
  }

  @Test
  void aV0RequestThatHasComeTooFarIsDroppedAndTheNextIsAnswered() throws Exception {
    Rig.Answerer replier = rig.new Answerer(DEFAULTS);
    try (Socket peer = opened(replier.port, SpRole.REQ, Dialect.V0, false)) {
      String forwarder = "00000005";
      peer.getOutputStream().write(frame(0, forwarder.repeat(9) + "80000007" + "6869"));
      String request = forwarder.repeat(8) + "80000007" + "6869";
      peer.getOutputStream().write(frame(0, request));
      peer.getInputStream().readNBytes(8);
      assertThat(peer.getInputStream().readNBytes(8 + request.length() / 2))
          .isEqualTo(frame(0, request));
      assertThat(replier.metrics.drops(Drop.MALFORMED)).isEqualTo(1);
      assertThat(text(next(replier.requests).body())).isEqualTo("hi");
      assertThat(replier.requests).isEmpty();
    }
  }

  /** A v0 subscriber and a v0 puller have nothing to say; mangos ignores it, too. */
  @Test
  void whatAV0SubscriberSaysIsIgnored() throws Exception {
    Rig.Announcer publisher = rig.new Announcer(DEFAULTS);
    try (Socket peer = opened(publisher.port, SpRole.SUB, Dialect.V0, false)) {
      publisher.awaitSubscribers("", 1);
      peer.getOutputStream().write(frame(0, "6869"));
      peer.getOutputStream().write(frame(0, "6869"));
      await().atMost(Rig.LIMIT).until(() -> publisher.publish("a", "b") == 1);
      peer.getInputStream().readNBytes(8);
      assertThat(peer.getInputStream().readNBytes(10)).isEqualTo(frame(0, "6162"));
      assertThat(publisher.downs).isEmpty();
    }
  }

  private Rig.Peers ours(SpRole role, Options options) {
    return switch (role) {
      case REQ -> rig.new Asker(options);
      case REP -> rig.new Answerer(options);
      case PUB -> rig.new Announcer(options);
      case SUB -> listening(options);
      case PUSH -> rig.new Sender(options);
      case PULL -> rig.new Receiver(options);
    };
  }

  private Rig.Listener listening(Options options) {
    Rig.Listener subscriber = rig.new Listener(options);
    subscriber.port.subscribe(bytes(""));
    return subscriber;
  }

  private static Port portOf(Rig.Peers peers) {
    if (peers instanceof Rig.Asker asker) {
      return asker.port;
    } else if (peers instanceof Rig.Answerer answerer) {
      return answerer.port;
    } else if (peers instanceof Rig.Announcer announcer) {
      return announcer.port;
    } else if (peers instanceof Rig.Listener listener) {
      return listener.port;
    } else if (peers instanceof Rig.Sender sender) {
      return sender.port;
    }
    return ((Rig.Receiver) peers).port;
  }
}
