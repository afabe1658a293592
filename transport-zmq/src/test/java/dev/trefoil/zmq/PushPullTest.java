package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.boundBy;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(60)
class PushPullTest {
  static final Options AT_LEAST_ONCE =
      Options.builder().assurance(Assurance.AT_LEAST_ONCE).prefetch(16).build();

  /** Checks that numbered messages come in order, and refuses as often as told. */
  static final class Counting extends Heard.Pulled {
    final AtomicLong next = new AtomicLong();
    final AtomicLong wrong = new AtomicLong();
    private final AtomicInteger room;

    Counting(int room) {
      this.room = new AtomicInteger(room);
    }

    void allow(int more) {
      room.addAndGet(more);
    }

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      if (ByteBuffer.wrap(body).getLong() != next.getAndIncrement()) {
        wrong.incrementAndGet();
      }
      return room.decrementAndGet() > 0;
    }
  }

  static byte[] numbered(long number, int size) {
    return ByteBuffer.allocate(size).putLong(number).array();
  }

  /** Pushes numbered messages, waiting for room. */
  static void pushAll(PushPort.Target target, int count, int size) {
    for (int i = 0; i < count; i++) {
      byte[] body = numbered(i, size);
      if (!target.send(body)) {
        eventually(() -> target.send(body));
      }
    }
  }

  @Test
  void messagesReachAPlainPullAndComeFromAPlainPush() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pushes = node.push(targets, Options.defaults());
      Heard.Pulled pulled = new Heard.Pulled();
      PullPort pulls = node.pull(pulled, Options.defaults());
      ZMQ.Socket pull = plain.createSocket(SocketType.PULL);
      pull.setReceiveTimeOut(Math.toIntExact(Node.LIMIT.toMillis()));
      pushes.connect(boundBy(pull));
      ZMQ.Socket push = plain.createSocket(SocketType.PUSH);
      pulls.connect(boundBy(push));
      eventually(() -> targets.targets.size() == 1);
      assertThat(targets.targets.get(0).send(bytes("one"))).isTrue();
      assertThat(pull.recvStr()).isEqualTo("one");
      push.send("two");
      push.sendMore("three");
      push.send("frames");
      push.send("four");
      eventually(() -> pulled.messages.size() == 2);
      assertThat(pulled.messages).containsExactly("two", "four");
    }
  }

  @Test
  void aPullerThatPausesLosesNothingAndThePusherFeelsIt() {
    backPressure(Options.defaults(), Options.defaults());
  }

  @Test
  void withCurveAPullerThatPausesLosesNothingEither() {
    Curve.Keys server = Curve.Keys.generate();
    Curve.Keys client = Curve.Keys.generate();
    backPressure(
        Options.builder().settings(Curve.server(server, List.of(client.publicKey()))).build(),
        Options.builder().settings(Curve.client(client, server.publicKey())).build());
  }

  private static void backPressure(Options pushing, Options pulling) {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, pushing);
      Counting counting = new Counting(10);
      PullPort puller = node.pull(counting, pulling);
      puller.connect(pusher.bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      PushPort.Target target = targets.targets.get(0);
      int sent = 0;
      long quietSince = System.nanoTime();
      // No room before the puller has paused says only that the I/O thread had no processor.
      long end = quietSince + Node.LIMIT.toNanos();
      while (sent < 3_000
          && System.nanoTime() - end < 0
          && (counting.next.get() < 10 || System.nanoTime() - quietSince < 300_000_000L)) {
        if (target.send(numbered(sent, 10_000))) {
          sent++;
          quietSince = System.nanoTime();
        }
      }
      assertThat(counting.next.get()).isBetween(10L, 20L);
      assertThat(sent).isLessThan(3_000);
      counting.allow(7);
      puller.resume();
      eventually(() -> counting.next.get() >= 17);
      counting.allow(1_000_000);
      puller.resume();
      int all = sent;
      eventually(() -> counting.next.get() == all);
      assertThat(counting.wrong.get()).isZero();
    }
  }

  @Test
  void atLeastOnceMessagesAreAcknowledgedRefusedAndCounted() {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, AT_LEAST_ONCE);
      Heard.Pulled pulled = new Heard.Pulled();
      PullPort puller = node.pull(pulled, AT_LEAST_ONCE);
      puller.connect(pusher.bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      assertThat(targets.credits).containsExactly(16);
      for (int i = 1; i <= 3; i++) {
        assertThat(targets.targets.get(0).send(100 + i, i, bytes("m" + i))).isTrue();
      }
      eventually(() -> pulled.messages.size() == 3);
      assertThat(pulled.messages).containsExactly("1/101/1=m1", "2/102/2=m2", "3/103/3=m3");
      PullPort.Source source = pulled.sources.get(0);
      assertThat(source.senderId()).isEqualTo(4711);
      source.refuse(2, Failure.HANDLER, "bad day");
      source.acknowledge(1);
      source.acknowledge(3);
      eventually(() -> targets.answers.size() == 3);
      assertThat(targets.answers)
          .containsExactly("refused 2 HANDLER bad day", "done 1-1", "done 3-3");
      puller.quiesce();
      eventually(() -> targets.leaving.size() == 1);
    }
  }

  @Test
  void aPlainPullAndASilentDealerAreNoTargetsAtLeastOnce() {
    try (Node node = new Node();
        ZContext plain = new ZContext()) {
      Options impatient =
          AT_LEAST_ONCE.toBuilder()
              .tcp(AT_LEAST_ONCE.tcp().toBuilder().handshakeTimeout(Duration.ofMillis(400)).build())
              .build();
      Heard.Targets targets = new Heard.Targets();
      PushPort pushes = node.push(targets, impatient);
      pushes.connect(boundBy(plain.createSocket(SocketType.PULL)));
      pushes.connect(boundBy(plain.createSocket(SocketType.DEALER)));
      eventually(() -> targets.rejections.contains(RejectReason.LACKS_CAPABILITY));
      eventually(() -> targets.rejections.contains(RejectReason.WRONG_ROLE));
      assertThat(targets.up).isEmpty();
    }
  }

  @Test
  void whatIsQueuedIsSentBeforeCloseAndCountedWhenItCannotBe() {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, Options.defaults());
      Counting counting = new Counting(1_000_000);
      PullPort puller = node.pull(counting, Options.defaults());
      puller.connect(pusher.bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      pushAll(targets.targets.get(0), 5_000, 1_000);
      assertThat(pusher.close(Node.LIMIT)).isZero();
      eventually(() -> counting.next.get() == 5_000);
      assertThat(counting.wrong.get()).isZero();
      eventually(() -> !counting.down.isEmpty());
      assertThat(counting.down).containsExactly("GOODBYE");
    }
  }

  @Test
  void aPusherReconnectsAfterThePullerCameBack() {
    try (Node node = new Node()) {
      Options quick = Options.builder().reconnectMin(Duration.ofMillis(10)).build();
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, quick);
      Heard.Pulled first = new Heard.Pulled();
      PullPort puller = node.pull(first, Options.defaults());
      Endpoint at = puller.bind(ANY);
      pusher.connect(at);
      eventually(() -> targets.targets.size() == 1);
      puller.close(Duration.ZERO);
      eventually(() -> targets.targets.isEmpty());
      eventually(() -> !targets.failures.isEmpty());
      Heard.Pulled second = new Heard.Pulled();
      node.pull(second, Options.defaults()).bind(at);
      eventually(() -> targets.targets.size() == 1);
      targets.targets.get(0).send(bytes("again"));
      eventually(() -> second.messages.contains("again"));
    }
  }

  @Test
  void aDeadEndpointBesideALiveOneTakesNothing() {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, Options.defaults());
      Heard.Pulled gone = new Heard.Pulled();
      PullPort dead = node.pull(gone, Options.defaults());
      Endpoint nobody = dead.bind(ANY);
      dead.close(Duration.ZERO);
      Heard.Pulled pulled = new Heard.Pulled();
      pusher.connect(nobody);
      pusher.connect(node.pull(pulled, Options.defaults()).bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      eventually(() -> !targets.failures.isEmpty());
      for (int i = 0; i < 10; i++) {
        assertThat(targets.targets.get(0).send(bytes("m" + i))).isTrue();
      }
      eventually(() -> pulled.messages.size() == 10);
    }
  }
}
