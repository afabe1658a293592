package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.BindFailedException;
import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.DisconnectReason;
import dev.trefoil.DrainReport;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.Puller;
import dev.trefoil.RejectReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What all roles do alike, shown on a puller: binding, peers, and the ways to the end. */
final class RoleLifeTest {
  private final FakeTransport transport = new FakeTransport();
  private final Messaging messaging = Messaging.builder().transport(transport).build();

  @AfterEach
  void close() {
    messaging.close();
  }

  private Puller<String> puller() {
    return messaging.puller(Codec.utf8());
  }

  private FakeTransport.Pulls port() {
    return transport.last(FakeTransport.Pulls.class);
  }

  @Test
  void onePortServesAllEndpointsOfATransport() {
    Puller<String> role = puller();
    Endpoint bound = role.bind("fake://host:0");
    assertThat(bound.port()).isEqualTo(4242);
    role.connect("fake://other:1");
    assertThat(transport.ports).hasSize(1);
    assertThat(role.toString()).contains("fake://host:4242 and 1 more");
    assertThat(role.unbind(bound)).isTrue();
    assertThat(role.unbind(bound)).isFalse();
    assertThat(role.disconnect(Endpoint.of("fake://other:1"))).isTrue();
    assertThat(role.disconnect(Endpoint.of("fake://other:1"))).isFalse();
    assertThat(role.disconnect(Endpoint.of("nowhere://other:1"))).isFalse();
    assertThat(role.toString()).contains("no endpoint");
  }

  @Test
  void fewerThanNoPeersAreNotWaitedFor() throws InterruptedException {
    Puller<String> role = puller();
    assertThatThrownBy(() -> role.awaitPeers(-1, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count");
    assertThatThrownBy(
            () ->
                messaging.publisher(Codec.utf8()).awaitSubscribers("t", -1, Duration.ofSeconds(5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("count");
    assertThat(role.awaitPeers(0, Duration.ZERO)).isTrue();
  }

  @Test
  void whatCannotBeUsedIsRefusedInPlainWords() {
    Puller<String> role = puller();
    assertThatThrownBy(() -> role.bind("nowhere://host:1"))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("no transport here has the scheme 'nowhere'")
        .hasMessageContaining("fake")
        .hasMessageContaining("inproc");
    assertThatThrownBy(() -> role.connect("fake://*:1")).hasMessageContaining("* can be bound");
    assertThatThrownBy(() -> role.connect("fake://host:0")).hasMessageContaining("port 0");
    assertThatThrownBy(() -> role.bind("host:1")).isInstanceOf(EndpointException.class);
    assertThatThrownBy(() -> role.bind((Endpoint) null)).hasMessageContaining("must not be null");
    assertThatThrownBy(() -> role.unbind(null)).hasMessageContaining("must not be null");
    assertThatThrownBy(() -> role.awaitPeers(1, Duration.ofSeconds(-1)))
        .hasMessageContaining("timeout must not be negative");
  }

  @Test
  void aFailedBindLeavesTheRoleUsable() {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    Endpoint taken = Endpoint.of("fake://host:2");
    port().onBind =
        () -> {
          throw new BindFailedException(taken, BindFailedException.Reason.IN_USE, "", null);
        };
    assertThatThrownBy(() -> role.bind(taken))
        .isInstanceOf(BindFailedException.class)
        .hasMessageContaining("cannot bind fake://host:2: another socket listens there");
    port().onBind = () -> {};
    assertThat(role.bind(taken)).isEqualTo(taken);
  }

  @Test
  void aConnectThatThrowsIsForgotten() {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().onConnect =
        () -> {
          throw new IllegalStateException("broken port");
        };
    assertThatThrownBy(() -> role.connect("fake://host:2")).hasMessage("broken port");
    assertThat(role.toString()).endsWith("at fake://host:1");
  }

  @Test
  void aBindThatACloseOvertakesSaysSo() {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().onBind = role::close;
    assertThatThrownBy(() -> role.bind("fake://host:2")).isInstanceOf(ClosedException.class);
    assertThat(port().closes).hasValue(1);
  }

  @Test
  void aClosedRoleTakesNothingAndTellsNothing() throws Exception {
    Puller<String> role = puller();
    Endpoint at = role.bind("fake://host:1");
    role.close();
    role.close();
    assertThat(port().closes).hasValue(1);
    assertThat(port().linger).isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThatThrownBy(() -> role.bind("fake://host:1")).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> role.connect("fake://host:1")).isInstanceOf(ClosedException.class);
    assertThatThrownBy(role::receive).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> role.awaitPeers(1, Duration.ZERO)).isInstanceOf(ClosedException.class);
    assertThat(role.drain(Duration.ofSeconds(5))).isEqualTo(DrainReport.CLEAN);
    assertThat(role.unbind(at)).isTrue(); // the fake port still knows it; nothing is thrown
  }

  @Test
  void peersAreTheOnesThatAreThere() throws Exception {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    assertThat(role.awaitPeers(0, Duration.ZERO)).isTrue();
    assertThat(role.awaitPeers(1, Duration.ofMillis(1))).isFalse();
    Waiting.Running<Boolean> two =
        Waiting.run(() -> role.awaitPeers(2, Duration.ofSeconds(20))).untilItWaits();
    Peer first = port().peerUp();
    Peer second = port().peerUp();
    assertThat(two.get()).isTrue();
    assertThat(role.peers()).containsExactly(first, second);
    port().peerDown(first);
    assertThat(role.peers()).containsExactly(second);

    Waiting.Running<Boolean> interrupted =
        Waiting.run(() -> role.awaitPeers(9, Duration.ofSeconds(20))).untilItWaits();
    interrupted.thread.interrupt();
    assertThat(interrupted.error()).isInstanceOf(InterruptedException.class);
    Waiting.Running<Boolean> closed =
        Waiting.run(() -> role.awaitPeers(9, Duration.ofSeconds(20))).untilItWaits();
    role.close();
    assertThat(closed.error()).isInstanceOf(ClosedException.class);
  }

  @Test
  void theListenerHearsAllInOrderAndMayThrowAndMayCloseTheRole() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    AtomicReference<Puller<String>> self = new AtomicReference<>();
    CountDownLatch closed = new CountDownLatch(1);
    PeerListener listener =
        new PeerListener() {
          @Override
          public void connected(Peer peer) {
            heard.add("connected");
            throw new AssertionError("a listener's Error");
          }

          @Override
          public void disconnected(Peer peer, DisconnectReason reason, String detail) {
            heard.add("disconnected " + reason);
          }

          @Override
          public void rejected(Endpoint at, String who, RejectReason reason, String detail) {
            heard.add("rejected " + reason);
          }

          @Override
          public void connectFailed(Endpoint endpoint, String why) {
            heard.add("failed " + why);
            self.get().close();
            closed.countDown();
          }
        };
    Options options = Options.builder().peerListener(listener).build();
    self.set(messaging.puller(Codec.utf8(), options));
    self.get().bind("fake://host:1");
    FakePort port = port();
    port.peerDown(port.peerUp());
    port.events.rejected(Endpoint.of("fake://host:1"), "x:1", RejectReason.BAD_HELLO, "GET /");
    port.events.connectFailed(Endpoint.of("fake://host:1"), "refused");

    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(heard)
        .containsExactly("connected", "disconnected RESET", "rejected BAD_HELLO", "failed refused");
    assertThat(port.closes).hasValue(1);
  }

  @Test
  void aPortThatThrowsWhenItClosesDoesNotKeepTheOthersOpen() {
    FakeTransport second = new FakeTransport("second");
    try (Messaging both = Messaging.builder().transport(transport).transport(second).build()) {
      Puller<String> role = both.puller(Codec.utf8());
      role.bind("fake://host:1");
      role.bind("second://host:1");
      transport.ports.get(0).onClose =
          () -> {
            throw new AssertionError("an Error of a port");
          };
      role.close();
      assertThat(second.ports.get(0).closes).hasValue(1);
      role.close();
    }
    assertThat(second.closes).hasValue(1);
  }

  @Test
  void aHandlerMayCloseItsOwnRole() throws Exception {
    AtomicReference<Puller<String>> self = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    self.set(
        messaging.puller(
            Codec.utf8(),
            delivery -> {
              self.get().close();
              done.countDown();
            }));
    self.get().bind("fake://host:1");
    port().push("x");
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(port().closes).hasValue(1);
  }

  @Test
  void manyThreadsMayBindDrainAndCloseAtOnce() throws Exception {
    for (int round = 0; round < 50; round++) {
      Puller<String> role = puller();
      role.bind("fake://host:1");
      FakePort port = port();
      List<Waiting.Running<Object>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(Waiting.run(() -> quietly(() -> role.bind("fake://host:2"))));
        all.add(Waiting.run(() -> quietly(() -> role.drain(Duration.ofSeconds(5)))));
        all.add(Waiting.run(() -> quietly(role::close)));
        all.add(Waiting.run(() -> quietly(role::receive)));
      }
      for (Waiting.Running<Object> each : all) {
        each.get();
      }
      assertThat(port.closes).as("round %d", round).hasValue(1);
    }
  }

  private interface Call {
    void run() throws Exception;
  }

  private Object quietly(Call call) throws Exception {
    try {
      call.run();
    } catch (ClosedException e) {
      return e; // the only error that may come
    }
    return this;
  }

  @Test
  void aDrainOfAReceivingRoleEndsWhenItsQueueWasTaken() throws Exception {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().push("a");
    port().push("b");
    Waiting.Running<DrainReport> drain =
        Waiting.run(() -> role.drain(Duration.ofSeconds(20))).untilItWaits();
    assertThat(port().quiesced).isTrue();
    assertThatThrownBy(() -> role.bind("fake://host:2"))
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("draining");
    List<String> taken = new ArrayList<>();
    taken.add(role.receive().value());
    taken.add(role.receive().value());
    assertThat(drain.get().isClean()).isTrue();
    assertThat(taken).containsExactly("a", "b");
  }

  @Test
  void aDrainReportsWhatWasNotTakenAndWhatThePortDidNotSend() throws Exception {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().unsentAtClose = 3;
    port().push("a");
    assertThat(role.drain(Duration.ofMillis(5))).isEqualTo(new DrainReport(3, 0, 0, 1));
  }

  @Test
  void anInterruptedDrainClosesTheRoleAllTheSame() throws Exception {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().push("a");
    Waiting.Running<DrainReport> drain =
        Waiting.run(() -> role.drain(Duration.ofSeconds(20))).untilItWaits();
    drain.thread.interrupt();
    assertThat(drain.error()).isInstanceOf(InterruptedException.class);
    assertThat(port().closes).hasValue(1);
    assertThatThrownBy(role::receive).isInstanceOf(ClosedException.class);
  }

  @Test
  void closingSendsBackWhatNobodyTook() {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().push(1, "a");
    port().push(2, "b");
    role.close();
    assertThat(port().pusher.refused)
        .containsExactly(
            "1 CLOSING the puller was closed before it took the message",
            "2 CLOSING the puller was closed before it took the message");
    assertThat(port().pusher.acknowledged).isEmpty();
  }

  @Test
  void aDeliveryIsSettledOnce() throws Exception {
    Puller<String> role = puller();
    role.bind("fake://host:1");
    port().push(1, "a");
    Delivery<String> delivery = role.receive();
    assertThat(delivery.id().sender()).isEqualTo(77);
    delivery.acknowledge();
    delivery.acknowledge();
    delivery.refuse("too late");
    assertThat(port().pusher.acknowledged).containsExactly(1L);
    assertThat(port().pusher.refused).isEmpty();
    assertThatThrownBy(() -> delivery.refuse(null)).hasMessageContaining("must not be null");
  }
}
