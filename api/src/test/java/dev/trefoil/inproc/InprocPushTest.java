package dev.trefoil.inproc;

import static dev.trefoil.inproc.Bench.bytes;
import static dev.trefoil.inproc.Bench.join;
import static dev.trefoil.inproc.Bench.options;
import static dev.trefoil.inproc.Recorder.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
import dev.trefoil.inproc.Bench.Opened;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class InprocPushTest {
  private static final Duration SECONDS = Duration.ofSeconds(10);

  private final Bench bench = new Bench();
  private Opened<PullPort> puller = bench.puller();
  private Opened<PushPort> pusher = bench.pusher();

  @AfterEach
  void closeAll() {
    bench.close();
    assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
  }

  private PushPort.Target joined() {
    join(puller, pusher);
    return Recorder.next(pusher.heard().pushTargets);
  }

  private PushPort.Target joinedAtLeastOnce() {
    pusher = bench.pusher(options().assurance(Assurance.AT_LEAST_ONCE).build());
    puller = bench.puller(options().assurance(Assurance.AT_LEAST_ONCE).prefetch(9).build());
    return joined();
  }

  /** Pauses the puller with nothing queued for it. */
  private void pauseWith(PushPort.Target target) {
    puller.heard().reading = false;
    assertThat(target.send(bytes("pauses"))).isTrue();
    puller.heard().awaitEvent("message pauses");
  }

  @Test
  void messagesArriveInOrderAndTheReceiverOwnsTheArrays() {
    PushPort.Target target = joined();
    byte[] body = new byte[2];
    for (int i = 0; i < 1000; i++) {
      body[0] = (byte) (i >> 8);
      body[1] = (byte) i;
      assertThat(target.send(body)).isTrue();
    }
    for (int i = 0; i < 1000; i++) {
      byte[] received = Recorder.next(puller.heard().bodies);
      assertThat((received[0] << 8) + (received[1] & 0xff)).isEqualTo(i);
    }
    puller.heard().awaitEvent("batchEnd");
    assertThat(Recorder.next(puller.heard().sources).peer().address()).isEqualTo("the pusher");
  }

  @Test
  void theBoundInBytesHoldsAndRoomIsToldForWhatWasRefused() {
    pusher = bench.pusher(options().sendQueueBytes(100).build());
    PushPort.Target target = joined();
    pauseWith(target);
    assertThat(target.send(new byte[60])).isTrue();
    assertThat(target.send(new byte[41])).isFalse();
    assertThat(target.send(new byte[40])).isTrue();
    assertThat(pusher.port().queued()).isEqualTo(2);

    puller.heard().reading = true;
    puller.port().resume();

    pusher.heard().awaitEvent("targetReady");
    assertThat(target.send(new byte[500])).isTrue();
    puller.heard().awaitEvents(4, "message");
  }

  @Test
  void anAtMostOncePusherMayTalkToAnAtLeastOncePuller() {
    puller = bench.puller(options().assurance(Assurance.AT_LEAST_ONCE).build());
    PushPort.Target target = joined();
    target.send(bytes("plain"));
    puller.heard().awaitEvent("message plain");
    Recorder.next(puller.heard().sources).acknowledge(1);
    target.send(bytes("more"));

    puller.heard().awaitEvent("message more");
    assertThat(pusher.heard().events).doesNotContain("credit 256", "acknowledged 1-1");
  }

  @Test
  void creditComesFirstAndSequencesAreCountedOnTheConnection() {
    PushPort.Target target = joinedAtLeastOnce();
    pusher.heard().awaitEvent("credit 9");
    assertThat(pusher.heard().events.get(1)).isEqualTo("credit 9");
    assertThat(target.send(100, 1, bytes("a"))).isTrue();
    assertThat(target.send(200, 3, bytes("b"))).isTrue();

    puller.heard().awaitEvent("message 1 100 1 a");
    puller.heard().awaitEvent("message 2 200 3 b");
    PullPort.Source source = Recorder.next(puller.heard().sources);
    assertThat(source.senderId()).isEqualTo(7);
    source.refuse(1, Failure.HANDLER, "threw");
    source.acknowledge(2);
    pusher.heard().awaitEvent("acknowledged 2-2");
    assertThat(pusher.heard().events)
        .containsSubsequence("refused 1 HANDLER threw", "acknowledged 2-2");
  }

  @Test
  void theSequenceStartsAnewOnANewConnectionAndRefusedSendsHaveNone() {
    PushPort.Target target = joinedAtLeastOnce();
    target.send(1, 1, bytes("a"));
    puller.heard().awaitEvent("message 1 1 1 a");
    puller.close(Duration.ZERO);
    pusher.heard().awaitEvent("targetDown GOODBYE");
    assertThat(target.send(2, 1, bytes("lost"))).isFalse();

    puller = bench.puller(options().assurance(Assurance.AT_LEAST_ONCE).build());
    PushPort.Target fresh = joined();
    fresh.send(1, 2, bytes("a"));
    puller.heard().awaitEvent("message 1 1 2 a");
  }

  @Test
  void everyAcknowledgementArrivesWhetherOrNotTheyTravelTogether() {
    PushPort.Target target = joinedAtLeastOnce();
    for (int i = 1; i <= 200; i++) {
      assertThat(target.send(i, 1, bytes("x"))).isTrue();
    }
    puller.heard().awaitEvents(200, "message");
    PullPort.Source source = Recorder.next(puller.heard().sources);
    for (int i = 1; i <= 200; i += 2) {
      source.acknowledge(i);
    }
    for (int i = 2; i <= 200; i += 2) {
      source.acknowledge(i);
    }
    pusher.heard().awaitEvent("acknowledged 200-200");
    assertThat(puller.port().queued()).isZero();

    for (int i = 201; i <= 1200; i++) {
      source.acknowledge(i);
    }
    eventually().until(() -> acknowledged() == 1200);
  }

  private long acknowledged() {
    long sum = 0;
    for (String event : pusher.heard().events) {
      if (event.startsWith("acknowledged")) {
        String[] range = event.substring("acknowledged ".length()).split("-", 2);
        sum += Long.parseLong(range[1]) - Long.parseLong(range[0]) + 1;
      }
    }
    return sum;
  }

  @Test
  void acknowledgementsReachThePusherBeforeAGoodbye() {
    PushPort.Target target = joinedAtLeastOnce();
    target.send(1, 1, bytes("a"));
    PullPort.Source source = Recorder.next(puller.heard().sources);
    source.acknowledge(1);
    puller.close(SECONDS);
    source.acknowledge(1);

    pusher.heard().awaitEvent("peerDown GOODBYE");
    assertThat(pusher.heard().events).containsSubsequence("acknowledged 1-1", "targetDown GOODBYE");
  }

  @Test
  void aMessageOverTheLimitOfThePullerEndsTheConnectionOnly() {
    puller = bench.puller(options().maxMessageBytes(4).build());
    PushPort.Target target = joined();
    target.send(bytes("fits"));
    target.send(bytes("large"));
    target.send(bytes("lost"));

    puller.heard().awaitEvent("peerDown TOO_LARGE a message of 5 bytes is over the limit of 4");
    pusher.heard().awaitEvent("peerDown CLOSED_BY_PEER closed by the peer: a message of 5 bytes");
    pusher.heard().awaitEvents(2, "targetUp");
    Recorder.next(pusher.heard().pushTargets).send(bytes("more"));
    puller.heard().awaitEvent("message more");
    assertThat(puller.heard().count("message large")).isZero();
  }

  @Test
  void theBatchBeforeAMessageOverTheLimitIsEnded() {
    puller = bench.puller(options().maxMessageBytes(6).build());
    PushPort.Target target = joined();
    pauseWith(target);
    target.send(bytes("fits"));
    target.send(bytes("too large"));
    puller.heard().reading = true;
    puller.port().resume();

    puller.heard().awaitEvent("peerDown TOO_LARGE");
    pusher.heard().awaitEvent("peerDown CLOSED_BY_PEER");
    eventually()
        .untilAsserted(
            () ->
                assertThat(puller.heard().events).containsSubsequence("message fits", "batchEnd"));
  }

  @Test
  void whatIsQueuedIsDeliveredBeforeTheGoodbye() {
    PushPort.Target target = joined();
    for (int i = 0; i < 500; i++) {
      target.send(bytes("m" + i));
    }
    assertThat(pusher.port().close(SECONDS)).isZero();

    puller.heard().awaitEvent("peerDown GOODBYE");
    assertThat(puller.heard().count("message")).isEqualTo(500);
    assertThat(puller.heard().events.get(puller.heard().events.size() - 1)).startsWith("peerDown");
  }

  @Test
  void closeWaitsForAPausedPullerNoLongerThanTheLingerAndCountsWhatIsLeft() {
    PushPort.Target target = joined();
    pauseWith(target);
    for (int i = 0; i < 5; i++) {
      target.send(bytes("stuck"));
    }
    long before = System.nanoTime();
    int unsent = pusher.port().close(Duration.ofMillis(50));

    assertThat(unsent).isEqualTo(5);
    assertThat(System.nanoTime() - before).isBetween(50_000_000L, SECONDS.toNanos());
    assertThat(pusher.metrics().drops(Drop.CLOSED)).isEqualTo(5);
    assertThat(pusher.heard().events)
        .endsWith("targetDown LOCAL", "peerDown LOCAL closed on this side");
    puller.heard().awaitEvent("peerDown GOODBYE");
  }

  @Test
  void disconnectSendsWhatIsQueuedAndTakesNoMore() {
    var at = join(puller, pusher);
    PushPort.Target target = Recorder.next(pusher.heard().pushTargets);
    pauseWith(target);
    target.send(bytes("queued"));
    pusher.port().disconnect(at);
    eventually().until(() -> !target.send(bytes("late")));
    puller.heard().reading = true;
    puller.port().resume();

    puller.heard().awaitEvent("peerDown GOODBYE");
    assertThat(puller.heard().events).containsSubsequence("message queued", "batchEnd");
    pusher.heard().awaitEvent("peerDown LOCAL");
  }

  @Test
  void disconnectWaitsForAPausedPullerNoLongerThanTheLinger() {
    pusher = bench.pusher(options().linger(Duration.ofMillis(30)).build());
    var at = join(puller, pusher);
    PushPort.Target target = Recorder.next(pusher.heard().pushTargets);
    pauseWith(target);
    target.send(bytes("stuck"));

    pusher.port().disconnect(at);

    pusher.heard().awaitEvent("peerDown LOCAL");
    puller.heard().awaitEvent("peerDown GOODBYE");
    assertThat(pusher.metrics().drops(Drop.CONNECTION_LOST)).isEqualTo(1);
  }

  @Test
  void aPullerThatLeavesWithMessagesQueuedForItHasThemCountedAsLost() {
    PushPort.Target target = joined();
    pauseWith(target);
    target.send(bytes("one"));
    target.send(bytes("two"));

    puller.close(SECONDS);

    pusher.heard().awaitEvent("targetDown GOODBYE");
    assertThat(pusher.metrics().drops(Drop.CONNECTION_LOST)).isEqualTo(2);
  }

  @Test
  void messagesThatThePusherKeepsTrackOfAreNotCountedAsDropped() {
    PushPort.Target target = joinedAtLeastOnce();
    puller.heard().reading = false;
    target.send(1, 1, bytes("pauses"));
    puller.heard().awaitEvent("message 1");
    target.send(2, 1, bytes("kept by the role"));

    puller.close(SECONDS);

    pusher.heard().awaitEvent("targetDown GOODBYE");
    assertThat(pusher.metrics().drops()).isZero();
  }
}
