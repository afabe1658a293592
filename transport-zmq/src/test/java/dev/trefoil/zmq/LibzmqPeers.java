package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static dev.trefoil.zmq.Node.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The other side is libzmq, in a process of its own: every role, from both sides, 10,000 times. */
@Timeout(90)
abstract class LibzmqPeers {
  private static final int COUNT = 10_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Curve.Keys OURS = Curve.Keys.generate();
  private static final Curve.Keys THEIRS = Curve.Keys.generate();

  /** Who binds, and with what mechanism; CURVE's server is the side that binds. */
  enum Way {
    WE_BIND(true, false),
    THEY_BIND(false, false),
    WE_BIND_WITH_CURVE(true, true),
    THEY_BIND_WITH_CURVE(false, true);

    private final boolean weBind;
    private final boolean secured;

    Way(boolean weBind, boolean secured) {
      this.weBind = weBind;
      this.secured = secured;
    }

    Options options() {
      return options(Options.defaults());
    }

    Options options(Options plain) {
      if (!secured) {
        return plain;
      }
      Curve curve =
          weBind
              ? Curve.server(OURS, List.of(THEIRS.publicKey()))
              : Curve.client(OURS, THEIRS.publicKey());
      return plain.toBuilder().settings(curve).build();
    }

    private String[] keys() {
      return secured
          ? new String[] {THEIRS.publicKey(), THEIRS.secretKey(), weBind ? OURS.publicKey() : "-"}
          : new String[0];
    }
  }

  abstract Foreign.Kind kind();

  @BeforeEach
  void thereIsSuchAPeer() {
    kind().require();
  }

  private Foreign meet(Port port, Way way, String role, int count) {
    if (way.weBind) {
      return kind().peer(role, "connect", tcp(port.bind(ANY)), count, way.keys());
    }
    Foreign peer = kind().peer(role, "bind", "tcp://127.0.0.1:*", count, way.keys());
    port.connect(peer.bound());
    return peer;
  }

  /** A puller's and subscriber's: counts numbers that come in order. */
  private static final class InOrder {
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger wrong = new AtomicInteger();

    boolean take(byte[] body) {
      String expected = Integer.toString(next.getAndIncrement());
      if (!expected.equals(new String(body, StandardCharsets.UTF_8))) {
        wrong.incrementAndGet();
      }
      return true;
    }

    void assertAll() {
      eventually(() -> next.get() == COUNT);
      assertThat(wrong.get()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everythingPushedReachesItsPull(Way way) {
    Heard.Targets targets = new Heard.Targets();
    try (Node node = new Node();
        Foreign peer = meet(node.push(targets, way.options()), way, "pull", COUNT)) {
      eventually(() -> targets.targets.size() == 1);
      PushPort.Target target = targets.targets.get(0);
      for (int i = 0; i < COUNT; i++) {
        byte[] body = bytes(Integer.toString(i));
        if (!target.send(body)) {
          eventually(() -> target.send(body));
        }
      }
      peer.done();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everythingItPushesIsPulled(Way way) {
    InOrder order = new InOrder();
    Heard.Pulled heard =
        new Heard.Pulled() {
          @Override
          public boolean message(PullPort.Source from, byte[] body) {
            return order.take(body);
          }
        };
    try (Node node = new Node();
        Foreign peer = meet(node.pull(heard, way.options()), way, "push", COUNT)) {
      order.assertAll();
      peer.done();
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsSubGetsEveryMessageThatItsPrefixesFitOnce(Way way) throws InterruptedException {
    Options all = way.options(Options.builder().sendQueueMessages(2 * COUNT).build());
    try (Node node = new Node()) {
      PublishPort port = node.publish(new Heard.Subscriptions(), all);
      try (Foreign peer = meet(port, way, "sub", COUNT)) {
        eventually(() -> port.subscribers(bytes("topic")) == 1);
        eventually(() -> port.subscribers(bytes("t")) == 1);
        eventually(() -> port.subscribers(bytes("gone")) == 0);
        for (int i = 0; i < COUNT; i++) {
          byte[] topic = bytes(i % 2 == 0 ? "t" : "topic");
          assertThat(port.publish(bytes("other"), bytes("not wanted"), 0)).isZero();
          assertThat(port.publish(bytes("gone"), bytes("not wanted"), 0)).isZero();
          assertThat(port.publish(topic, bytes(Integer.toString(i)), 0)).isEqualTo(1);
        }
        peer.done();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsPubIsHeard(Way way) {
    InOrder order = new InOrder();
    Heard.Messages heard =
        new Heard.Messages() {
          @Override
          public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
            return order.take(body);
          }
        };
    try (Node node = new Node()) {
      SubscribePort port = node.subscribe(heard, way.options());
      port.subscribe(bytes("t"));
      port.subscribe(bytes("top"));
      try (Foreign peer = meet(port, way, "pub", COUNT)) {
        order.assertAll();
        peer.done();
      }
    }
  }

  private void areAnswered(Way way, String role) {
    try (Node node = new Node();
        Foreign peer =
            meet(node.reply(new Heard.Replies(), many(way.options())), way, role, COUNT)) {
      peer.done();
    }
  }

  /** A DEALER sends all its requests at once, and reads the replies afterwards. */
  private static Options many(Options options) {
    return options.toBuilder().sendQueueMessages(2 * COUNT).build();
  }

  @ParameterizedTest
  @EnumSource
  void requestsOfItsReqAreAnswered(Way way) {
    areAnswered(way, "req");
  }

  @ParameterizedTest
  @EnumSource
  void requestsOfItsDealerAreAnswered(Way way) {
    areAnswered(way, "dealer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"relaxed", "correlate", "envelope"})
  void requestsOfItsOtherKindsAreAnswered(String role) {
    areAnswered(Way.WE_BIND, role);
    areAnswered(Way.THEY_BIND, role);
  }

  @ParameterizedTest
  @EnumSource
  void itsRepAnswersRequests(Way way) {
    answers(way, "rep");
  }

  @ParameterizedTest
  @EnumSource
  void itsRouterAnswersRequests(Way way) {
    answers(way, "router");
  }

  private void answers(Way way, String role) {
    Heard.Requests heard = new Heard.Requests();
    try (Node node = new Node();
        Foreign peer = meet(node.request(heard, way.options()), way, role, COUNT)) {
      askAll(heard);
      peer.done();
    }
  }

  private static void askAll(Heard.Requests heard) {
    eventually(() -> heard.targets.size() == 1);
    RequestPort.Target target = heard.targets.get(0);
    for (int i = 0; i < COUNT; i++) {
      int id = i;
      if (!target.send(id, SECOND, bytes("m" + id))) {
        eventually(() -> target.send(id, SECOND, bytes("m" + id)));
      }
    }
    eventually(() -> heard.replies.size() == COUNT);
    for (int i = 0; i < COUNT; i++) {
      assertThat(heard.replies.get(i)).isEqualTo(i + "=m" + i);
    }
  }

  @Test
  void requestsGoThroughTwoOfItsProxies() {
    try (Node node = new Node()) {
      Endpoint at = node.reply(new Heard.Replies(), many(Options.defaults())).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      RequestPort port = node.request(heard, Options.defaults());
      try (Foreign inner = kind().peer("proxy", "connect", tcp(at), 0);
          Foreign outer = kind().peer("proxy", "connect", tcp(inner.bound()), 0)) {
        port.connect(outer.bound());
        askAll(heard);
      }
      eventually(() -> heard.targets.isEmpty());
    }
  }

  @Test
  void itsOwnReqReachesUsThroughItsProxy() {
    try (Node node = new Node()) {
      Endpoint at = node.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      try (Foreign proxy = kind().peer("proxy", "connect", tcp(at), 0);
          Foreign req = kind().peer("req", "connect", tcp(proxy.bound()), COUNT)) {
        req.done();
      }
    }
  }
}
