package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Assurance;
import dev.trefoil.BindFailedException;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections come, go and are told of. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class LifeTest {
  private static final Options DEFAULTS = Options.defaults();
  private static final Endpoint ANYWHERE = Endpoint.of("raw://127.0.0.1:0");
  private static final Options ACKNOWLEDGED =
      Options.builder().assurance(Assurance.AT_LEAST_ONCE).build();
  private static final long LONG = Rig.LIMIT.toNanos();
  private static final Options QUICK_HEARTBEATS =
      Options.builder().heartbeatInterval(Duration.ofMillis(200)).heartbeatMisses(3).build();

  /** A peer in this JVM that is held up for three seconds is still no silent one. */
  private static final Options MANY_HEARTBEATS =
      Options.builder().heartbeatInterval(Duration.ofMillis(200)).heartbeatMisses(16).build();

  /** Longer than it takes with those to miss a peer. */
  private static final long UNTIL_MISSED_SECONDS = 4;

  @ParameterizedTest
  @CsvSource({
    "raw://192.0.2.1:0, NOT_LOCAL",
    "raw://no-such-host.invalid:0, UNKNOWN_HOST",
    "sp://no-such-host.invalid:0, UNKNOWN_HOST"
  })
  void aFailedBindSaysWhy(String endpoint, BindFailedException.Reason reason) {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      assertThatThrownBy(() -> puller.port.bind(Endpoint.of(endpoint)))
          .isInstanceOfSatisfying(
              BindFailedException.class, e -> assertThat(e.reason()).isEqualTo(reason))
          .hasMessageContaining(endpoint);
    }
  }

  @Test
  void aSecondBindOfTheSamePortIsInUse() {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Endpoint bound = puller.port.bind(ANYWHERE);
      assertThatThrownBy(() -> puller.port.bind(bound))
          .isInstanceOfSatisfying(
              BindFailedException.class,
              e -> assertThat(e.reason()).isEqualTo(BindFailedException.Reason.IN_USE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw://*:0", "raw://[::1]:0", "raw://localhost:0"})
  void everyKindOfHostCanBeBoundAndReached(String endpoint) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      Endpoint bound = puller.port.bind(Endpoint.of(endpoint));
      assertThat(bound.port()).isPositive();
      String host = bound.host().equals("*") ? "127.0.0.1" : bound.host();
      pusher.port.connect(Endpoint.of("raw", host, bound.port()));
      next(pusher.targets);
    }
  }

  @Test
  void connectingBeforeAnybodyListensSaysSoAndSucceedsLater() throws Exception {
    try (Rig rig = new Rig()) {
      Endpoint free;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        free = Endpoint.of("raw", "127.0.0.1", socket.getLocalPort());
      }
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      pusher.port.connect(free);
      assertThat(next(pusher.connectFailures)).contains("refused");
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      puller.port.bind(free);
      next(pusher.targets);
    }
  }

  @Test
  void anUnknownHostIsToldAndTriedAgain() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      pusher.port.connect(Endpoint.of("raw://no-such-host.invalid:7"));
      assertThat(next(pusher.connectFailures)).isEqualTo("unknown host");
      assertThat(next(pusher.connectFailures)).isEqualTo("unknown host");
    }
  }

  @Test
  void aLostConnectionIsMadeAnewAndKnowsTheSubscriptions() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer first = rig.new Announcer(DEFAULTS);
      Endpoint bound = first.port.bind(ANYWHERE);
      Rig.Listener subscriber = rig.new Listener(DEFAULTS);
      subscriber.port.subscribe(bytes("a"));
      subscriber.port.subscribe(bytes("b"));
      subscriber.port.unsubscribe(bytes("b"));
      subscriber.port.connect(bound);
      first.awaitSubscribers("a", 1);
      first.port.close(Duration.ofSeconds(1));
      assertThat(next(subscriber.downs)).isEqualTo(DisconnectReason.GOODBYE);

      Rig.Announcer second = rig.new Announcer(DEFAULTS);
      second.port.bind(bound);
      second.awaitSubscribers("a", 1);
      assertThat(second.port.subscribers(bytes("b"))).isZero();
      second.publish("a", "back");
      assertThat(next(subscriber.messages)).isEqualTo("a|back");
    }
  }

  @Test
  void disconnectAndUnbindUndoWhatTheyName() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Endpoint bound = puller.port.bind(ANYWHERE);
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      pusher.port.connect(bound);
      next(pusher.targets);
      assertThat(pusher.port.disconnect(bound)).isTrue();
      assertThat(pusher.port.disconnect(bound)).isFalse();
      assertThat(next(pusher.downs)).isEqualTo(DisconnectReason.LOCAL);
      assertThat(next(puller.downs)).isEqualTo(DisconnectReason.GOODBYE);

      pusher.port.connect(bound);
      next(pusher.targets);
      assertThat(puller.port.unbind(bound)).isTrue();
      assertThat(puller.port.unbind(bound)).isFalse();
      assertThat(next(pusher.downs)).isEqualTo(DisconnectReason.GOODBYE);
      assertThat(next(pusher.connectFailures)).contains("refused");
    }
  }

  @Test
  void bothSidesOfAMismatchHearWhatTheOtherOffered() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender listening = rig.new Sender(ACKNOWLEDGED);
      Endpoint bound = listening.port.bind(ANYWHERE);
      Rig.Receiver v0 = rig.new Receiver(DEFAULTS);
      v0.port.connect(Endpoint.of("sp", bound.host(), bound.port()));
      assertThat(next(listening.rejections)).isEqualTo(RejectReason.LACKS_CAPABILITY);
      v0.port.close(Duration.ZERO);

      Rig.Receiver v1 = rig.new Receiver(DEFAULTS);
      v1.port.connect(bound);
      assertThat(next(listening.rejections)).isEqualTo(RejectReason.LACKS_CAPABILITY);
      assertThat(next(v1.rejections)).isEqualTo(RejectReason.LACKS_CAPABILITY);
      assertThat(next(v1.details)).contains("AT_LEAST_ONCE");

      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      pusher.port.connect(bound);
      assertThat(next(pusher.rejections)).isIn(RejectReason.WRONG_ROLE, RejectReason.WRONG_VERSION);
    }
  }

  @Test
  void aSilentPeerIsLostAfterItsHeartbeatsAreMissed() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Rig.Sender pusher = rig.new Sender(QUICK_HEARTBEATS);
      pusher.port.connect(Endpoint.of("raw", "127.0.0.1", listening.getLocalPort()));
      try (Socket silent = listening.accept()) {
        silent.getOutputStream().write(Handshakes.ofPuller());
        next(pusher.ups);
        assertThat(next(pusher.downs)).isEqualTo(DisconnectReason.HEARTBEAT);
        assertThat(pusher.metrics.heartbeatsMissed()).isEqualTo(3);
      }
    }
  }

  @Test
  void anIdlePeerThatAnswersStays() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(MANY_HEARTBEATS);
      Rig.Sender pusher = rig.new Sender(MANY_HEARTBEATS);
      pusher.port.connect(puller.port.bind(ANYWHERE));
      next(pusher.ups);
      assertThat(pusher.downs.poll(UNTIL_MISSED_SECONDS, TimeUnit.SECONDS)).isNull();
      assertThat(puller.downs).isEmpty();
    }
  }

  @Test
  void aPausedPullerReadsNoMoreAndIsNotTakenForDead() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(MANY_HEARTBEATS);
      puller.limit = 10;
      Rig.Sender pusher = rig.new Sender(MANY_HEARTBEATS);
      pusher.port.connect(puller.port.bind(ANYWHERE));
      PushPort.Target target = next(pusher.targets);
      int sent = 0;
      while (target.send(new byte[10_000])) {
        sent++;
      }
      await().atMost(Rig.LIMIT).until(() -> puller.messages.size() >= 10);
      assertThat(pusher.downs.poll(UNTIL_MISSED_SECONDS, TimeUnit.SECONDS)).isNull();
      assertThat(puller.messages).hasSize(10);

      puller.limit = Integer.MAX_VALUE;
      puller.port.resume();
      next(pusher.ready);
      int all = sent;
      await().atMost(Rig.LIMIT).until(() -> puller.messages.size() == all);
    }
  }

  @Test
  void manyShortPausesLoseNothing() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      puller.limit = 0;
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      pusher.port.connect(puller.port.bind(ANYWHERE));
      PushPort.Target target = next(pusher.targets);
      for (int i = 0; i < 5000; i++) {
        pusher.push(target, bytes("message " + i));
      }
      for (int i = 0; i < 5000; i++) {
        puller.port.resume();
        assertThat(text(next(puller.messages))).isEqualTo("message " + i);
      }
    }
  }

  @Test
  void goodbyeReachesTheTargetsOfAReplierThatDrains() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      replier.echo = false;
      Rig.Asker requester = rig.new Asker(DEFAULTS);
      requester.port.connect(replier.port.bind(ANYWHERE));
      RequestPort.Target target = next(requester.targets);
      target.send(1, LONG, bytes("last"));
      ReplyPort.Incoming request = next(replier.requests);
      replier.port.quiesce();
      assertThat(next(requester.leaving)).isSameAs(target);
      request.reply(bytes("done"));
      assertThat(next(requester.replies)).isEqualTo("1 done");
    }
  }

  @Test
  void failuresAndOversizeTravelAsErrorReplies() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(Options.builder().maxMessageBytes(100).build());
      replier.echo = false;
      Rig.Asker requester = rig.new Asker(Options.builder().maxMessageBytes(1000).build());
      requester.port.connect(replier.port.bind(ANYWHERE));
      RequestPort.Target target = next(requester.targets);
      target.send(1, LONG, bytes("x"));
      ReplyPort.Incoming request = next(replier.requests);
      assertThat(request.deadlineNanos() - System.nanoTime()).isBetween(1L, LONG + 1_000_000);
      request.fail(Failure.OVERLOADED, "no room");
      request.reply(bytes("too late"));
      assertThat(next(requester.replies)).isEqualTo("1 OVERLOADED no room");

      target.send(2, LONG, new byte[101]);
      assertThat(next(requester.replies)).startsWith("2 TOO_LARGE");
      target.send(3, LONG, bytes("x"));
      next(replier.requests).reply(new byte[1001]);
      assertThat(next(requester.replies)).startsWith("3 TOO_LARGE");
      assertThat(requester.downs).isEmpty();
    }
  }

  @Test
  void openingAndClosingManyTimesLeavesNothingBehind() throws Exception {
    openAndClose(50);
    long descriptors = descriptors();
    int threads = rawThreads();
    openAndClose(950);
    await()
        .atMost(Rig.LIMIT)
        .untilAsserted(
            () -> {
              assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 5);
              assertThat(rawThreads()).isLessThanOrEqualTo(threads);
            });
  }

  private static void openAndClose(int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      try (Rig rig = new Rig(1)) {
        Rig.Answerer replier = rig.new Answerer(DEFAULTS);
        Rig.Asker requester = rig.new Asker(DEFAULTS);
        requester.port.connect(replier.port.bind(ANYWHERE));
        next(requester.targets).send(1, LONG, bytes("x"));
        next(requester.replies);
      }
    }
  }

  private static int rawThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("test-raw"))
            .count();
  }

  private static long descriptors() throws IOException {
    Path own = Path.of("/proc/self/fd");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.isDirectory(own), "counting descriptors needs /proc");
    try (Stream<Path> list = Files.list(own)) {
      return list.count();
    }
  }
}
