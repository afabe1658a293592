package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.TcpOptions;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortMetrics.Drop;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A subscriber that does not keep up, and a puller that takes nothing. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class OverflowTest {
  private static final Endpoint ANYWHERE = Endpoint.of("raw://127.0.0.1:0");
  private static final String PADDING = "x".repeat(10_000);

  private static Options publisher(Overflow overflow) {
    return Options.builder().overflow(overflow).sendQueueMessages(100).build();
  }

  @ParameterizedTest
  @EnumSource(
      value = Overflow.class,
      names = {"DROP_OLDEST", "DROP_NEWEST"})
  void whatIsDroppedIsCountedAndToldInItsPlace(Overflow overflow) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer publisher = rig.new Announcer(publisher(overflow));
      Rig.Listener slow = rig.new Listener(Options.defaults());
      Rig.Listener fast = rig.new Listener(Options.defaults());
      slow.limit = 1;
      Endpoint bound = publisher.port.bind(ANYWHERE);
      slow.port.subscribe(bytes(""));
      slow.port.connect(bound);
      fast.port.subscribe(bytes("last"));
      fast.port.connect(bound);
      publisher.awaitSubscribers("last", 2);

      int published = 0;
      while (publisher.metrics.drops() < 500) {
        publisher.publish("n", published++ + " " + PADDING);
      }
      slow.limit = Integer.MAX_VALUE;
      slow.port.resume();
      await().atMost(Rig.LIMIT).until(() -> publisher.port.queued() == 0);
      publisher.publish("last", published++ + " ");
      assertThat(next(fast.messages)).startsWith("last|");

      long expected = 0;
      long missed = 0;
      while (expected < published) {
        String[] parts = next(slow.messages).split("[| ]", -1);
        if (parts[parts.length - 2].equals("missed")) {
          long gap = Long.parseLong(parts[parts.length - 1]);
          missed += gap;
          expected += gap;
        }
        assertThat(Long.parseLong(parts[1])).isEqualTo(expected++);
      }
      Drop reason = overflow == Overflow.DROP_OLDEST ? Drop.OLDEST : Drop.NEWEST;
      assertThat(publisher.metrics.drops(reason)).isEqualTo(missed);
      assertThat(publisher.metrics.drops()).isEqualTo(missed);
    }
  }

  @Test
  void aBlockedPublisherWaitsForRoomAndGivesUpInTime() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer publisher = rig.new Announcer(publisher(Overflow.BLOCK));
      Rig.Listener slow = rig.new Listener(Options.defaults());
      slow.limit = 1;
      slow.port.subscribe(bytes(""));
      slow.port.connect(publisher.port.bind(ANYWHERE));
      publisher.awaitSubscribers("", 1);

      int published = 0;
      while (publisher.metrics.drops() == 0) {
        publisher.port.publish(bytes(""), bytes(PADDING), 100_000_000L);
        published++;
      }
      assertThat(publisher.metrics.drops(Drop.BLOCKED)).isEqualTo(1);

      slow.limit = Integer.MAX_VALUE;
      slow.port.resume();
      for (int i = 0; i < 1000; i++) {
        publisher.port.publish(bytes(""), bytes(PADDING), 10_000_000_000L);
        published++;
      }
      int all = published - 1;
      await().atMost(Rig.LIMIT).until(() -> slow.messages.size() == all);
      assertThat(publisher.metrics.drops()).isEqualTo(1);
    }
  }

  @Test
  void aSlowSubscriberIsDisconnectedIfThePolicySaysSo() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer publisher = rig.new Announcer(publisher(Overflow.DISCONNECT));
      Rig.Listener slow = rig.new Listener(Options.defaults());
      slow.limit = 1;
      slow.port.subscribe(bytes(""));
      slow.port.connect(publisher.port.bind(ANYWHERE));
      publisher.awaitSubscribers("", 1);
      while (publisher.downs.isEmpty()) {
        publisher.publish("", PADDING);
      }
      assertThat(next(publisher.downs)).isEqualTo(DisconnectReason.SLOW_SUBSCRIBER);
    }
  }

  @Test
  void aPeerThatTakesNothingIsLostAsStalled() throws Exception {
    TcpOptions tcp = TcpOptions.builder().stallTimeout(Duration.ofMillis(300)).build();
    try (Rig rig = new Rig();
        ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Rig.Sender pusher = rig.new Sender(Options.builder().tcp(tcp).build());
      pusher.port.connect(Endpoint.of("raw", "127.0.0.1", listening.getLocalPort()));
      try (Socket stuck = listening.accept()) {
        stuck.getOutputStream().write(Handshakes.of(SpRole.PULL));
        var target = next(pusher.targets);
        int sent = 0;
        while (target.send(new byte[100_000])) {
          sent++;
        }
        assertThat(sent).isPositive();
        assertThat(next(pusher.downs)).isEqualTo(DisconnectReason.STALLED);
        assertThat(pusher.metrics.drops(Drop.CONNECTION_LOST)).isBetween(1L, (long) sent);
      }
    }
  }
}
