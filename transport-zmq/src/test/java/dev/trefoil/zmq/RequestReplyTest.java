package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Heard.text;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.boundBy;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(60)
class RequestReplyTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void aRequestReachesAPlainRepAndItsReplyComesBack() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ZMQ.Socket rep = plain.createSocket(SocketType.REP);
      int port = rep.bindToRandomPort("tcp://127.0.0.1");
      Heard.Requests heard = new Heard.Requests();
      RequestPort requests = node.request(heard, Options.defaults());
      requests.connect(Endpoint.of("zmq://127.0.0.1:" + port));
      eventually(() -> heard.targets.size() == 1);
      assertThat(heard.targets.get(0).send(7, SECOND, bytes("hello"))).isTrue();
      rep.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      assertThat(rep.recvStr()).isEqualTo("hello");
      rep.send("world");
      eventually(() -> heard.replies.size() == 1);
      assertThat(heard.replies).containsExactly("7=world");
    }
  }

  @Test
  void aPlainReqIsAnswered() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ReplyPort replies = node.reply(new Heard.Replies(), Options.defaults());
      ZMQ.Socket req = plain.createSocket(SocketType.REQ);
      req.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      replies.connect(boundBy(req));
      for (int i = 0; i < 100; i++) {
        req.send("hello " + i);
        assertThat(req.recvStr()).isEqualTo("hello " + i);
      }
    }
  }

  @Test
  void aRequestBetweenTwoPortsIsAnswered() {
    try (Node node = new Node()) {
      Heard.Replies asked = new Heard.Replies();
      Endpoint at = node.reply(asked, Options.defaults()).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.defaults()).connect(at);
      eventually(() -> heard.targets.size() == 1);
      for (int i = 0; i < 1_000; i++) {
        assertThat(heard.targets.get(0).send(i, SECOND, bytes("m" + i))).isTrue();
      }
      eventually(() -> heard.replies.size() == 1_000);
      assertThat(heard.replies.get(999)).isEqualTo("999=m999");
      ReplyPort.Incoming first = asked.requests.get(0);
      assertThat(first.canFail()).isTrue();
      assertThat(first.deadlineNanos()).isLessThan(System.nanoTime() + SECOND);
    }
  }

  @Test
  void aFailureReachesATrefoilRequester() {
    try (Node node = new Node()) {
      Heard.Replies asked =
          new Heard.Replies() {
            @Override
            void answer(ReplyPort.Incoming incoming) {
              incoming.fail(Failure.OVERLOADED, "no room");
            }
          };
      Endpoint at = node.reply(asked, Options.defaults()).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.defaults()).connect(at);
      eventually(() -> heard.targets.size() == 1);
      heard.targets.get(0).send(3, SECOND, bytes("x"));
      eventually(() -> heard.refusals.size() == 1);
      assertThat(heard.refusals).containsExactly("3=OVERLOADED:no room");
    }
  }

  @Test
  void aDealerWithExtraEnvelopeFramesGetsThemBackAndOneWithoutDelimiterIsDropped() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ReplyPort replies = node.reply(new Heard.Replies(), Options.defaults());
      PortMetrics metrics = node.metrics;
      ZMQ.Socket dealer = plain.createSocket(SocketType.DEALER);
      dealer.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      replies.connect(boundBy(dealer));
      dealer.send("no delimiter");
      for (String frame : new String[] {"one", "two", ""}) {
        dealer.sendMore(frame);
      }
      dealer.send("body");
      for (String frame : new String[] {"one", "two", "", "body"}) {
        assertThat(text(dealer.recv())).isEqualTo(frame);
      }
      assertThat(metrics.drops(PortMetrics.Drop.MALFORMED)).isEqualTo(1);
      dealer.sendMore("");
      dealer.sendMore("two");
      dealer.send("bodies");
      eventually(() -> metrics.drops(PortMetrics.Drop.MULTIPART) == 1);
    }
  }

  @Test
  void aCorrelatingReqIsAnswered() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ReplyPort replies = node.reply(new Heard.Replies(), Options.defaults());
      ZMQ.Socket req = plain.createSocket(SocketType.REQ);
      req.setReqCorrelate(true);
      req.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      replies.connect(boundBy(req));
      req.send("correlated");
      assertThat(req.recvStr()).isEqualTo("correlated");
    }
  }

  @Test
  void requestsGoThroughARouterDealerProxy() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      ReplyPort replies = node.reply(new Heard.Replies(), Options.defaults());
      ZMQ.Socket front = plain.createSocket(SocketType.ROUTER);
      ZMQ.Socket back = plain.createSocket(SocketType.DEALER);
      int port = front.bindToRandomPort("tcp://127.0.0.1");
      replies.connect(boundBy(back));
      Thread proxy = new Thread(() -> ZMQ.proxy(front, back, null));
      proxy.setDaemon(true);
      proxy.start();
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.defaults()).connect(Endpoint.of("zmq://127.0.0.1:" + port));
      eventually(() -> heard.targets.size() == 1);
      heard.targets.get(0).send(5, SECOND, bytes("through"));
      eventually(() -> heard.replies.contains("5=through"));
    }
  }

  @Test
  void theLossOfTheReplierIsToldAtOnce() {
    try (Node node = new Node();
        Node other = new Node()) {
      Endpoint at = other.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.defaults()).connect(at);
      eventually(() -> heard.targets.size() == 1);
      other.close();
      eventually(() -> heard.targets.isEmpty() && heard.down.size() == 1);
      assertThat(heard.down).containsExactly("CLOSED_BY_PEER");
    }
  }

  @Test
  void aReplierThatDrainsSaysGoodbyeToTrefoilRequesters() {
    try (Node node = new Node()) {
      ReplyPort replies = node.reply(new Heard.Replies(), Options.defaults());
      Heard.Requests heard = new Heard.Requests();
      node.request(heard, Options.defaults()).connect(replies.bind(ANY));
      eventually(() -> heard.targets.size() == 1);
      heard.targets.get(0).send(1, SECOND, bytes("x"));
      eventually(() -> heard.replies.size() == 1);
      replies.quiesce();
      eventually(() -> heard.leaving.size() == 1);
    }
  }

  /** Such peers cannot be told that there is no room: their requests wait on the wire. */
  @Test
  void requestsOfAPlainDealerWaitWhileTheReplierIsFullAndNoneIsLost() throws InterruptedException {
    Options few = Options.builder().receiveQueueMessages(10).build();
    try (Messaging messaging = Messaging.create();
        Replier<byte[], byte[]> replier = messaging.replier(Codec.bytes(), Codec.bytes(), few);
        ZContext plain = new ZContext()) {
      ZMQ.Socket dealer = plain.createSocket(SocketType.DEALER);
      dealer.setSndHWM(100);
      dealer.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      replier.connect(boundBy(dealer));
      assertThat(replier.awaitPeers(1, Node.LIMIT)).isTrue();
      int sent = 0;
      long quietSince = System.nanoTime();
      while (System.nanoTime() - quietSince < SECOND / 3) {
        if (dealer.send(new byte[0], ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
          dealer.send(PushPullTest.numbered(sent++, 10_000));
          quietSince = System.nanoTime();
        }
      }
      assertThat(sent).isBetween(100, 3_000);
      for (int i = 0; i < sent; i++) {
        Request<byte[], byte[]> request = replier.receive(Node.LIMIT);
        assertThat(request).isNotNull();
        request.reply(Arrays.copyOf(request.value(), Long.BYTES));
      }
      for (int i = 0; i < sent; i++) {
        assertThat(dealer.recv()).isEmpty();
        assertThat(dealer.recv()).isEqualTo(PushPullTest.numbered(i, Long.BYTES));
      }
    }
  }
}
