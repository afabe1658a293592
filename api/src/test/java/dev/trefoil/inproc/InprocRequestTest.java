package dev.trefoil.inproc;

import static dev.trefoil.inproc.Bench.bytes;
import static dev.trefoil.inproc.Bench.join;
import static dev.trefoil.inproc.Bench.options;
import static dev.trefoil.inproc.Recorder.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.inproc.Bench.Opened;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class InprocRequestTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Bench bench = new Bench();
  private Opened<ReplyPort> replier = bench.replier();
  private Opened<RequestPort> requester = bench.requester();

  @AfterEach
  void closeAll() {
    bench.close();
    assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
  }

  private RequestPort.Target joined() {
    join(replier, requester);
    return Recorder.next(requester.heard().requestTargets);
  }

  private ReplyPort.Incoming nextRequest() {
    return Recorder.next(replier.heard().requests);
  }

  @Test
  void repliesComeBackWithTheIdsOfTheirRequestsInAnyOrder() {
    RequestPort.Target target = joined();
    assertThat(target.send(11, SECOND, bytes("one"))).isTrue();
    assertThat(target.send(12, SECOND, bytes("two"))).isTrue();
    ReplyPort.Incoming one = nextRequest();
    ReplyPort.Incoming two = nextRequest();

    two.reply(bytes("second"));
    one.reply(bytes("first"));

    requester.heard().awaitEvent("reply 11 first");
    requester.heard().awaitEvent("reply 12 second");
    assertThat(one.peer().address()).isEqualTo("the requester");
    assertThat(target.peer().address()).isEqualTo("the replier");
    replier.heard().awaitEvent("batchEnd");
  }

  @Test
  void aReplierThatConnectsServesAsWell() {
    join(requester, replier);
    RequestPort.Target target = Recorder.next(requester.heard().requestTargets);
    target.send(1, SECOND, bytes("turned"));
    nextRequest().reply(bytes("around"));

    requester.heard().awaitEvent("reply 1 around");
  }

  @Test
  void aFailureTravelsWithItsWords() {
    RequestPort.Target target = joined();
    target.send(5, SECOND, bytes("bad"));
    ReplyPort.Incoming request = nextRequest();

    assertThat(request.canFail()).isTrue();
    request.fail(Failure.HANDLER, "no such thing");

    requester.heard().awaitEvent("failed 5 HANDLER no such thing");
  }

  @Test
  void aRequestIsAnsweredOnceAndFurtherAnswersAreCounted() {
    RequestPort.Target target = joined();
    target.send(1, SECOND, bytes("x"));
    ReplyPort.Incoming request = nextRequest();
    request.reply(bytes("answer"));
    request.reply(bytes("again"));
    request.fail(Failure.HANDLER, "and again");
    target.send(2, SECOND, bytes("y"));
    nextRequest().reply(bytes("next"));

    requester.heard().awaitEvent("reply 2 next");
    assertThat(requester.heard().count("reply 1")).isEqualTo(1);
    assertThat(requester.heard().count("failed")).isZero();
    assertThat(replier.metrics().drops(Drop.NO_PEER)).isEqualTo(2);
  }

  @Test
  void theDeadlineArrivesOnTheReceiversClock() {
    RequestPort.Target target = joined();
    long before = System.nanoTime();
    target.send(1, 3 * SECOND, bytes("x"));
    long deadline = nextRequest().deadlineNanos();
    long after = System.nanoTime();
    assertThat(deadline - before).isBetween(3 * SECOND, after - before + 3 * SECOND);

    target.send(2, Long.MAX_VALUE, bytes("x"));
    assertThat(nextRequest().deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    target.send(3, -SECOND, bytes("x"));
    assertThat(nextRequest().deadlineNanos() - System.nanoTime()).isNegative();
  }

  @Test
  void anArrayThatIsUsedAgainDoesNotChangeWhatWasSent() {
    replier.heard().reading = false;
    RequestPort.Target target = joined();
    byte[] body = bytes("first");
    target.send(1, SECOND, body);
    ReplyPort.Incoming first = nextRequest();
    target.send(2, SECOND, body);
    System.arraycopy(bytes("XXXXX"), 0, body, 0, 5);
    replier.port().resume();

    assertThat(first.body()).isEqualTo(bytes("first"));
    assertThat(nextRequest().body()).isEqualTo(bytes("first"));
    byte[] reply = bytes("reply");
    first.reply(reply);
    reply[0] = 'X';
    assertThat(requester.heard().nextBody()).isIn("reply", "Xeply").isEqualTo("reply");
  }

  @Test
  void aPausedReplierFillsTheQueueAndRoomIsToldOnce() {
    requester = bench.requester(options().sendQueueMessages(3).build());
    replier.heard().reading = false;
    RequestPort.Target target = joined();
    target.send(0, SECOND, bytes("pauses"));
    nextRequest();
    for (int i = 1; i <= 3; i++) {
      assertThat(target.send(i, SECOND, bytes("waits"))).isTrue();
    }
    assertThat(target.send(4, SECOND, bytes("refused"))).isFalse();
    assertThat(target.send(5, SECOND, bytes("refused"))).isFalse();
    assertThat(requester.port().queued()).isEqualTo(3);
    assertThat(requester.heard().count("targetReady")).isZero();

    replier.heard().reading = true;
    replier.port().resume();

    requester.heard().awaitEvent("targetReady");
    assertThat(target.send(4, SECOND, bytes("taken"))).isTrue();
    replier.heard().awaitEvent("request taken");
    assertThat(requester.heard().count("targetReady")).isEqualTo(1);
    assertThat(replier.heard().count("request refused")).isZero();
  }

  @Test
  void aReplyForWhichThereIsNoRoomOrNobodyIsCounted() {
    replier = bench.replier(options().sendQueueMessages(1).build());
    RequestPort.Target target = joined();
    target.send(1, SECOND, bytes("x"));
    ReplyPort.Incoming request = nextRequest();

    requester.close(Duration.ZERO);
    replier.heard().awaitEvent("peerDown GOODBYE");
    request.reply(bytes("late"));

    assertThat(replier.metrics().drops(Drop.NO_PEER)).isEqualTo(1);
    assertThat(target.send(2, SECOND, bytes("x"))).isFalse();
  }

  @Test
  void aReplyOverTheLimitOfWhoAskedEndsTheConnection() {
    requester = bench.requester(options().maxMessageBytes(10).build());
    RequestPort.Target target = joined();
    target.send(1, SECOND, bytes("x"));
    nextRequest().reply(new byte[11]);

    requester
        .heard()
        .awaitEvent("peerDown TOO_LARGE a message of 11 bytes is over the limit of 10");
    replier.heard().awaitEvent("peerDown CLOSED_BY_PEER");
    requester.heard().awaitEvents(2, "targetUp");
    assertThat(requester.heard().count("reply")).isZero();
    assertThat(requester.metrics().drops(Drop.TOO_LARGE)).isEqualTo(1);
  }

  @Test
  void theLossOfAReplierIsToldAndNothingIsHeardFromItAfterwards() {
    RequestPort.Target target = joined();
    target.send(1, SECOND, bytes("x"));
    ReplyPort.Incoming request = nextRequest();
    replier.close(Duration.ZERO);
    request.reply(bytes("too late"));

    requester.heard().awaitEvent("peerDown GOODBYE");
    eventually().until(() -> requester.heard().count("connectFailed") > 0);
    assertThat(requester.heard().events)
        .containsSubsequence("targetDown GOODBYE", "peerDown GOODBYE the peer said goodbye")
        .doesNotContain("reply 1 too late");
  }
}
