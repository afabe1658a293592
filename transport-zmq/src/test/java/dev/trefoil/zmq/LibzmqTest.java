package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static dev.trefoil.zmq.Node.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The other side is libzmq, in a process of its own. */
@Timeout(90)
class LibzmqTest {
  private static final int COUNT = 10_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @BeforeAll
  static void thereIsAPythonWithZmq() {
    Python.require();
  }

  /** Lets a peer meet a port, with the port binding or connecting. */
  private static Python meet(Port port, boolean binds, String role, int count, String... keys) {
    if (binds) {
      return Python.peer(role, "connect", tcp(port.bind(ANY)), count, keys);
    }
    Python peer = Python.peer(role, "bind", "tcp://127.0.0.1:*", count, keys);
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

  private static void pushAll(Node node, Options options, boolean binds, String... keys) {
    Heard.Targets targets = new Heard.Targets();
    PushPort port = node.push(targets, options);
    try (Python peer = meet(port, binds, "pull", COUNT, keys)) {
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
  @ValueSource(booleans = {true, false})
  void everythingPushedReachesItsPull(boolean binds) {
    try (Node node = new Node()) {
      pushAll(node, Options.defaults(), binds);
    }
  }

  @Test
  void everythingPushedReachesItsPullWithCurve() {
    Curve.Keys server = Curve.Keys.generate();
    Curve.Keys client = Curve.Keys.generate();
    Options secured =
        Options.builder().settings(Curve.server(server, List.of(client.publicKey()))).build();
    try (Node node = new Node()) {
      pushAll(node, secured, true, client.publicKey(), client.secretKey(), server.publicKey());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everythingItPushesIsPulled(boolean binds) {
    InOrder order = new InOrder();
    Heard.Pulled heard =
        new Heard.Pulled() {
          @Override
          public boolean message(PullPort.Source from, byte[] body) {
            return order.take(body);
          }
        };
    try (Node node = new Node();
        Python peer = meet(node.pull(heard, Options.defaults()), binds, "push", COUNT)) {
      order.assertAll();
      peer.done();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsSubGetsEveryMessageOfItsTopic(boolean binds) throws InterruptedException {
    try (Node node = new Node()) {
      Options all = Options.builder().sendQueueMessages(2 * COUNT).build();
      PublishPort port = node.publish(new Heard.Subscriptions(), all);
      try (Python peer = meet(port, binds, "sub", COUNT)) {
        eventually(() -> port.subscribers(bytes("topic")) == 1);
        for (int i = 0; i < COUNT; i++) {
          assertThat(port.publish(bytes("other"), bytes("not wanted"), 0)).isZero();
          assertThat(port.publish(bytes("topic"), bytes(Integer.toString(i)), 0)).isEqualTo(1);
        }
        peer.done();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsPubIsHeard(boolean binds) {
    InOrder order = new InOrder();
    Heard.Messages heard =
        new Heard.Messages() {
          @Override
          public boolean message(dev.trefoil.Peer from, byte[] topic, byte[] body, long missed) {
            return order.take(body);
          }
        };
    try (Node node = new Node()) {
      SubscribePort port = node.subscribe(heard, Options.defaults());
      port.subscribe(bytes("t"));
      try (Python peer = meet(port, binds, "pub", 900)) {
        eventually(() -> order.next.get() == 900);
        assertThat(order.wrong.get()).isZero();
        peer.done();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"req", "dealer", "relaxed"})
  void itsRequestsAreAnswered(String role) {
    for (boolean binds : new boolean[] {true, false}) {
      try (Node node = new Node();
          Python peer =
              meet(node.reply(new Heard.Replies(), Options.defaults()), binds, role, COUNT)) {
        peer.done();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rep", "router"})
  void itAnswersRequests(String role) {
    for (boolean binds : new boolean[] {true, false}) {
      Heard.Requests heard = new Heard.Requests();
      try (Node node = new Node();
          Python peer = meet(node.request(heard, Options.defaults()), binds, role, COUNT)) {
        askAll(heard, COUNT);
        peer.done();
      }
    }
  }

  private static void askAll(Heard.Requests heard, int count) {
    eventually(() -> heard.targets.size() == 1);
    for (int i = 0; i < count; i++) {
      int id = i;
      if (!heard.targets.get(0).send(id, SECOND, bytes("m" + id))) {
        eventually(() -> heard.targets.get(0).send(id, SECOND, bytes("m" + id)));
      }
    }
    eventually(() -> heard.replies.size() == count);
    assertThat(heard.replies).contains("0=m0", (count - 1) + "=m" + (count - 1));
  }

  @Test
  void requestsGoThroughItsProxy() {
    try (Node node = new Node()) {
      Endpoint at = node.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      RequestPort port = node.request(heard, Options.defaults());
      try (Python proxy = Python.peer("proxy", "connect", tcp(at), 0)) {
        port.connect(proxy.bound());
        askAll(heard, 500);
      }
      eventually(() -> heard.targets.isEmpty());
    }
  }

  @Test
  void aPeerThatIsKilledIsLostAndOneThatComesBackIsFound() {
    try (Node node = new Node()) {
      Options quick = Options.builder().reconnectMin(Duration.ofMillis(20)).build();
      Heard.Requests heard = new Heard.Requests();
      RequestPort port = node.request(heard, quick);
      Endpoint at;
      try (Python first = Python.peer("rep", "bind", "tcp://127.0.0.1:*", COUNT)) {
        at = first.bound();
        port.connect(at);
        eventually(() -> heard.targets.size() == 1);
        first.kill();
        eventually(() -> heard.targets.isEmpty() && !heard.failures.isEmpty());
      }
      try (Python second = Python.peer("rep", "bind", tcp(at), 1)) {
        eventually(() -> heard.targets.size() == 1);
        heard.targets.get(0).send(1, SECOND, bytes("again"));
        eventually(() -> heard.replies.contains("1=again"));
        second.done();
      }
    }
  }
}
