package dev.trefoil.zmq;

import static dev.trefoil.zmq.Heard.bytes;
import static dev.trefoil.zmq.Node.ANY;
import static dev.trefoil.zmq.Node.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class LifeTest {
  private static final Options BEATING =
      Options.builder().heartbeatInterval(Duration.ofMillis(50)).build();

  @Test
  void aFailedBindSaysWhyAndTheEndpointIsFreeAfterUnbind() {
    try (Node node = new Node()) {
      ReplyPort first = node.reply(new Heard.Replies(), Options.defaults());
      ReplyPort second = node.reply(new Heard.Replies(), Options.defaults());
      Endpoint at = first.bind(ANY);
      assertThat(at.port()).isPositive();
      assertFails(second, at, BindFailedException.Reason.IN_USE);
      assertFails(
          second, Endpoint.of("zmq://192.0.2.1:5000"), BindFailedException.Reason.NOT_LOCAL);
      assertFails(
          second,
          // Too long for a label, so that nobody is asked for it.
          Endpoint.of("zmq://" + "x".repeat(64) + ".invalid:5000"),
          BindFailedException.Reason.UNKNOWN_HOST);
      assertThat(first.unbind(at)).isTrue();
      assertThat(first.unbind(at)).isFalse();
      assertThat(second.bind(at)).isEqualTo(at);
    }
  }

  private static void assertFails(
      ReplyPort port, Endpoint endpoint, BindFailedException.Reason reason) {
    assertThatThrownBy(() -> port.bind(endpoint))
        .isInstanceOfSatisfying(
            BindFailedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.endpoint()).isEqualTo(endpoint);
            });
  }

  @Test
  void unbindAndDisconnectEndTheConnectionsOfThatEndpointOnly() {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, Options.defaults());
      Endpoint first = pusher.bind(ANY);
      Endpoint second = pusher.bind(ANY);
      PullPort one = node.pull(new Heard.Pulled(), Options.defaults());
      PullPort two = node.pull(new Heard.Pulled(), Options.defaults());
      one.connect(first);
      two.connect(second);
      eventually(() -> targets.targets.size() == 2);
      assertThat(two.disconnect(second)).isTrue();
      eventually(() -> targets.targets.size() == 1);
      assertThat(pusher.unbind(first)).isTrue();
      eventually(() -> targets.targets.isEmpty());
    }
  }

  @Test
  void aPeerThatFallsSilentIsLostByHeartbeatsAndMissesAreCounted() throws IOException {
    try (Node node = new Node()) {
      Heard.Replies heard = new Heard.Replies();
      Endpoint at = node.reply(heard, BEATING).bind(ANY);
      PortMetrics metrics = node.metrics;
      try (Socket silent = HostilePeerTest.up(at)) {
        eventually(() -> heard.down.contains("HEARTBEAT"));
        assertThat(silent.isConnected()).isTrue();
      }
      assertThat(metrics.heartbeatsMissed()).isPositive();
    }
  }

  @Test
  void whoIsHeldUpItselfDoesNotTakeOthersForLost() throws InterruptedException {
    try (Node server = new Node();
        Node client = new Node()) {
      // The server waits longer for the client than the client's I/O thread is held up.
      Endpoint at = server.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
      Heard.Requests heard = new Heard.Requests();
      client.request(heard, BEATING).connect(at);
      eventually(() -> heard.targets.size() == 1);
      CountDownLatch over = new CountDownLatch(1);
      client.transport.shared().threads().loops().get(0).execute(() -> passSilences(over));
      over.await();
      heard.targets.get(0).send(1, TimeUnit.SECONDS.toNanos(5), bytes("there"));
      eventually(() -> heard.replies.contains("1=there"));
      assertThat(heard.down).isEmpty();
    }
  }

  /** Holds up an I/O thread for ten times what a peer under {@link #BEATING} may be silent. */
  private static void passSilences(CountDownLatch over) {
    try {
      assertThat(new CountDownLatch(1).await(2, TimeUnit.SECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody may interrupt an I/O thread", e);
    }
    over.countDown();
  }

  @Test
  void neitherSideOfAPausedConnectionIsTakenForLost() throws InterruptedException {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      // Both sides share an I/O thread: while it has no processor neither hears the other.
      Options beating = Options.builder().heartbeatInterval(Duration.ofMillis(200)).build();
      PushPort pusher = node.push(targets, beating);
      PushPullTest.Counting counting = new PushPullTest.Counting(1);
      PullPort puller = node.pull(counting, beating);
      puller.connect(pusher.bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      for (int i = 0; i < 5; i++) {
        targets.targets.get(0).send(PushPullTest.numbered(i, 100));
      }
      eventually(() -> counting.next.get() == 1);
      // Ten intervals of a pause, where three would lose a silent peer.
      assertThat(new CountDownLatch(1).await(2, TimeUnit.SECONDS)).isFalse();
      counting.allow(100);
      puller.resume();
      eventually(() -> counting.next.get() == 5);
      assertThat(targets.down).isEmpty();
      assertThat(counting.down).isEmpty();
    }
  }

  @Test
  void whoReadsOnAfterAPauseIsToldOfTheEndOfTheBatch() {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, Options.defaults());
      AtomicInteger batches = new AtomicInteger();
      AtomicInteger taken = new AtomicInteger();
      Heard.Pulled heard =
          new Heard.Pulled() {
            @Override
            public boolean message(PullPort.Source from, byte[] body) {
              return taken.incrementAndGet() != 1;
            }

            @Override
            public void batchEnd() {
              batches.incrementAndGet();
            }
          };
      PullPort puller = node.pull(heard, Options.defaults());
      puller.connect(pusher.bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      targets.targets.get(0).send(bytes("a"));
      targets.targets.get(0).send(bytes("b"));
      eventually(() -> batches.get() == 1);
      puller.resume();
      eventually(() -> taken.get() == 2 && batches.get() == 2);
    }
  }

  @Test
  void interruptingThoseWhoSendHarmsNothing() throws InterruptedException {
    try (Node node = new Node()) {
      Heard.Targets targets = new Heard.Targets();
      PushPort pusher = node.push(targets, Options.defaults());
      Heard.Pulled pulled = new Heard.Pulled();
      AtomicInteger got = new AtomicInteger();
      PullPort puller =
          node.pull(
              new Heard.Pulled() {
                @Override
                public boolean message(PullPort.Source from, byte[] body) {
                  got.incrementAndGet();
                  return true;
                }
              },
              Options.defaults());
      puller.connect(pusher.bind(ANY));
      eventually(() -> targets.targets.size() == 1);
      AtomicInteger sent = new AtomicInteger();
      CountDownLatch end = new CountDownLatch(1);
      Thread sender =
          new Thread(
              () -> {
                while (end.getCount() > 0) {
                  if (targets.targets.get(0).send(new byte[8])) {
                    sent.incrementAndGet();
                  }
                  Thread.onSpinWait();
                }
              });
      sender.start();
      while (sent.get() < 50_000) {
        sender.interrupt();
        Thread.onSpinWait();
      }
      end.countDown();
      sender.join();
      eventually(() -> got.get() == sent.get());
      assertThat(sent.get()).isPositive();
      assertThat(pulled.down).isEmpty();
    }
  }

  @Test
  void manyOpensAndClosesLeaveNoThreadAndNoDescriptor() throws IOException {
    openAndClose(20);
    long descriptors = descriptors();
    int threads = Thread.activeCount();
    openAndClose(100);
    eventually(() -> Thread.activeCount() <= threads + 1);
    eventually(() -> descriptors() <= descriptors + 5);
  }

  private static void openAndClose(int times) {
    for (int i = 0; i < times; i++) {
      try (Node node = new Node()) {
        Heard.Requests heard = new Heard.Requests();
        Endpoint at = node.reply(new Heard.Replies(), Options.defaults()).bind(ANY);
        node.request(heard, Options.defaults()).connect(at);
        eventually(() -> heard.targets.size() == 1);
      }
    }
  }

  static long descriptors() throws IOException {
    Path directory = Path.of("/proc/self/fd");
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(directory)) {
      return open.count();
    }
  }
}
