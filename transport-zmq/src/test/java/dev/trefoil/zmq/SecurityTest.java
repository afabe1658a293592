package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.boundBy;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.TransportSettings;
import dev.trefoil.TrefoilException;
import dev.trefoil.spi.ReplyPort;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(60)
class SecurityTest {
  private static final Curve.Keys SERVER = Curve.Keys.generate();
  private static final Curve.Keys CLIENT = Curve.Keys.generate();
  private static final Curve.Keys OTHER = Curve.Keys.generate();
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static Options with(TransportSettings settings) {
    return Options.builder().settings(settings).build();
  }

  private static Curve server() {
    return Curve.server(SERVER, List.of(CLIENT.publicKey()));
  }

  private static void answers(Options replier, Options requester) {
    try (Node node = new Node()) {
      Endpoint at = node.reply(new Heard.Replies(), replier).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, requester).connect(at);
      eventually(() -> heard.targets.size() == 1);
      heard.targets.get(0).send(1, SECOND, bytes("secret"));
      eventually(() -> heard.replies.contains("1=secret"));
    }
  }

  private static void isRejected(Options replier, Options requester) {
    try (Node node = new Node()) {
      Heard.Replies asked = new Heard.Replies();
      Endpoint at = node.reply(asked, replier).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, requester).connect(at);
      eventually(() -> asked.rejections.contains(RejectReason.SECURITY));
      eventually(() -> heard.rejections.contains(RejectReason.SECURITY));
      assertThat(asked.up).isEmpty();
      assertThat(heard.up).isEmpty();
    }
  }

  @Test
  void curveConnectsThoseWhoKnowEachOther() {
    answers(with(server()), with(Curve.client(CLIENT, SERVER.publicKey())));
    answers(with(Curve.serverForAnyClient(SERVER)), with(Curve.client(OTHER, SERVER.publicKey())));
    answers(with(Curve.client(CLIENT, SERVER.publicKey())), with(server()));
  }

  @Test
  void aClientThatIsNotOnTheListIsRejected() {
    isRejected(with(server()), with(Curve.client(OTHER, SERVER.publicKey())));
  }

  @Test
  void aClientThatExpectsAnotherServerIsRejected() {
    isRejected(with(server()), with(Curve.client(CLIENT, OTHER.publicKey())));
  }

  @Test
  void plainChecksUserAndPassword() {
    Options server = with(Plain.server(Map.of("ann", "right")));
    answers(server, with(Plain.client("ann", "right")));
    isRejected(server, with(Plain.client("ann", "wrong")));
    isRejected(server, with(Plain.client("bob", "right")));
  }

  @Test
  void anUnsecuredClientIsNotLetIn() {
    try (Node node = new Node()) {
      Heard.Replies asked = new Heard.Replies();
      Endpoint at = node.reply(asked, with(server())).bind(ANY);
      node.request(new Heard.Requests(), Options.defaults()).connect(at);
      eventually(() -> asked.rejections.contains(RejectReason.SECURITY));
      assertThat(asked.up).isEmpty();
    }
  }

  @Test
  void aPlainJeroMqClientWithTheRightKeysIsAnswered() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ReplyPort replies = node.reply(new Heard.Replies(), with(server()));
      ZMQ.Socket req = plain.createSocket(SocketType.REQ);
      req.setCurvePublicKey(bytes(CLIENT.publicKey()));
      req.setCurveSecretKey(bytes(CLIENT.secretKey()));
      req.setCurveServerKey(bytes(SERVER.publicKey()));
      req.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      replies.connect(boundBy(req));
      req.send("hello");
      assertThat(req.recvStr()).isEqualTo("hello");
    }
  }

  @Test
  void settingsThatCannotWorkAreRefusedInWords() {
    assertThatThrownBy(() -> Curve.client(CLIENT, "short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the server's public key");
    assertThatThrownBy(() -> Plain.client("u".repeat(128), ""))
        .isInstanceOf(IllegalArgumentException.class);
    try (Node node = new Node()) {
      Options both = with(server()).toBuilder().settings(Plain.client("a", "b")).build();
      assertThatThrownBy(() -> node.reply(new Heard.Replies(), both))
          .isInstanceOf(TrefoilException.class);
    }
    assertThat(CLIENT.toString() + server() + Plain.client("u", "pass"))
        .doesNotContain(CLIENT.secretKey(), SERVER.secretKey(), "pass");
  }
}
