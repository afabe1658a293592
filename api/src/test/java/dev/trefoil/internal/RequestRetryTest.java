package dev.trefoil.internal;

import static dev.trefoil.internal.RequestCoreTest.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Options;
import dev.trefoil.OverloadedException;
import dev.trefoil.PeerLostException;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Failure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of requests when peers have no room, refuse, or are lost at a bad moment. */
final class RequestRetryTest {
  private static void lose(RequestFixture the, FakeTargets.Replier peer) {
    peer.room = false;
    the.port.listener.targetDown(peer, DisconnectReason.RESET, "pulled the plug");
    the.port.peerDown(peer.peer());
  }

  @Test
  void aLostPeerFailsItsRequestsAtOnceUnlessTheyAreIdempotent() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier lost = the.port.replier();
      CompletableFuture<String> once = the.ask("once");
      CompletableFuture<String> again = the.requester.idempotent().requestAsync("again");
      FakeTargets.Replier other = the.port.replier();
      lose(the, lost);

      assertThat(errorOf(once))
          .isInstanceOf(PeerLostException.class)
          .hasMessageContaining("pulled the plug")
          .satisfies(e -> assertThat(((PeerLostException) e).peer()).isEqualTo(lost.peer()));
      assertThat(the.requests("peer_lost")).isEqualTo(1);
      assertThat(other.bodies).containsExactly("again");
      the.answer(other, "done");
      assertThat(again).isCompletedWithValue("done");
    }
  }

  @Test
  void anIdempotentRequestWaitsForAPeerWhenTheOnlyOneIsLost() {
    try (RequestFixture the = RequestFixture.idempotent()) {
      lose(the, sentTo(the));
      FakeTargets.Replier back = the.port.replier();

      assertThat(back.bodies).containsExactly("x");
      assertThat(back.remaining.get(0)).isPositive();
    }
  }

  private static FakeTargets.Replier sentTo(RequestFixture the) {
    FakeTargets.Replier peer = the.port.replier();
    the.send("x");
    assertThat(peer.bodies).containsExactly("x");
    return peer;
  }

  @Test
  void theTimeOutOfARetriedRequestCountsItsAttempts() {
    try (RequestFixture the = RequestFixture.idempotent()) {
      FakeTargets.Replier lost = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      lose(the, lost);
      the.port.replier();
      the.time.advance(Duration.ofSeconds(5));

      assertThat(errorOf(future))
          .hasMessageContaining("sent 2 times")
          .satisfies(e -> assertThat(((TimedOutException) e).attempts()).isEqualTo(2));
    }
  }

  @Test
  void aRequestThatNoPeerHasIsNotHarmedByALoss() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier full = the.port.replier();
      full.room = false;
      CompletableFuture<String> future = the.ask("x");
      lose(the, full);
      assertThat(future).isNotDone();

      FakeTargets.Replier next = the.port.replier();
      the.answer(next, "ok");
      assertThat(future).isCompletedWithValue("ok");
    }
  }

  @Test
  void aPeerLostInTheMiddleOfASendThatItRefusesDoesNotFailTheRequest() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier dying = the.port.replier();
      dying.onSend =
          () -> {
            dying.onSend = () -> {};
            lose(the, dying);
          };
      CompletableFuture<String> future = the.ask("x");
      assertThat(future).as("it was never sent").isNotDone();

      FakeTargets.Replier next = the.port.replier();
      assertThat(next.bodies).containsExactly("x");
      the.answer(next, "ok");
      assertThat(future).isCompletedWithValue("ok");
    }
  }

  @Test
  void aPeerLostInTheMiddleOfASendThatItTookFailsTheRequestAtOnce() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier dying = the.port.replier();
      dying.onSend = () -> the.port.listener.targetDown(dying, DisconnectReason.RESET, "cut");
      CompletableFuture<String> future = the.ask("x");

      assertThat(errorOf(future)).isInstanceOf(PeerLostException.class);
      assertThat(the.requester.outstanding()).isZero();
    }
  }

  @Test
  void anIdempotentRequestWhosePeerIsLostInTheMiddleOfTheSendIsSentOnceMore() {
    try (RequestFixture the = RequestFixture.idempotent()) {
      FakeTargets.Replier dying = the.port.replier();
      FakeTargets.Replier other = the.port.replier();
      dying.onSend = () -> the.port.listener.targetDown(dying, DisconnectReason.RESET, "cut");
      CompletableFuture<String> future = null;
      while (dying.bodies.isEmpty()) {
        future = the.ask("x");
        if (dying.bodies.isEmpty()) {
          the.answer(other, "not this one");
        }
      }
      assertThat(other.bodies.get(other.bodies.size() - 1)).isEqualTo("x");
      the.answer(other, "ok");
      assertThat(future).isCompletedWithValue("ok");
      assertThat(the.requester.outstanding()).isZero();
    }
  }

  @Test
  void aReplyThatComesBeforeSendReturnsIsNotLost() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier quick = the.port.replier();
      // The id of a request is not known to the fake before it returns: a second one tells it.
      the.send("first");
      int next = (quick.lastId() + 1) & Integer.MAX_VALUE;
      quick.onSend = () -> the.answer(quick, next, "quick");

      assertThat(the.ask("second")).isCompletedWithValue("quick");
      assertThat(the.late()).isZero();
    }
  }

  @Test
  void requestsWithoutRoomWaitInOrder() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      peer.room = false;
      for (int i = 0; i < 5; i++) {
        the.send("r" + i);
      }
      peer.room = true;
      the.port.listener.targetReady(peer);
      the.send("r5");

      assertThat(peer.bodies).containsExactly("r0", "r1", "r2", "r3", "r4", "r5");
    }
  }

  @Test
  void theQueueOfUnsentRequestsIsBoundedInMessages() {
    try (RequestFixture the = new RequestFixture(Options.builder().sendQueueMessages(2).build())) {
      the.send("a");
      CompletableFuture<String> second = the.ask("b");
      CompletableFuture<String> third = the.ask("c");

      assertThat(errorOf(third))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("no room for a request")
          .hasMessageContaining("fake://host:7000");
      assertThat(the.requests("overloaded")).isEqualTo(1);
      second.cancel(true);
      assertThat(the.ask("d")).as("a cancelled one leaves room").isNotDone();
    }
  }

  @Test
  void theQueueOfUnsentRequestsIsBoundedInBytes() {
    try (RequestFixture the = new RequestFixture(Options.builder().sendQueueBytes(10).build())) {
      CompletableFuture<String> large = the.ask("a lone one is always let in");
      assertThat(large).isNotDone();
      assertThat(errorOf(the.ask("b"))).isInstanceOf(OverloadedException.class);
      large.cancel(true);
      assertThat(the.ask("12345")).isNotDone();
      assertThat(the.ask("67890")).isNotDone();
      assertThat(errorOf(the.ask("!"))).isInstanceOf(OverloadedException.class);

      FakeTargets.Replier peer = the.port.replier();
      assertThat(peer.bodies).containsExactly("12345", "67890");
      peer.room = false;
      assertThat(the.ask("1234567890")).as("sending left room").isNotDone();
    }
  }

  @Test
  void anOverloadedPeerSendsTheRequestElsewhere() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier a = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      FakeTargets.Replier b = the.port.replier();
      FakeTargets.Replier c = the.port.replier();

      the.port.listener.failed(a, a.lastId(), Failure.OVERLOADED, "full");
      FakeTargets.Replier second = b.bodies.isEmpty() ? c : b;
      FakeTargets.Replier third = second == b ? c : b;
      the.port.listener.failed(second, second.lastId(), Failure.OVERLOADED, "full");
      assertThat(third.bodies).as("each peer is tried once").containsExactly("x");
      assertThat(future).isNotDone();
      the.port.listener.failed(third, third.lastId(), Failure.OVERLOADED, "all full");

      assertThat(errorOf(future))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("all full")
          .hasMessageContaining(third.peer().address());
      assertThat(a.bodies).hasSize(1);
    }
  }

  @Test
  void aLeavingPeerGetsNothingNewAndMaySendItsRequestsElsewhere() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier leaving = the.port.replier();
      CompletableFuture<String> kept = the.ask("kept");
      CompletableFuture<String> moved = the.ask("moved");
      FakeTargets.Replier other = the.port.replier();
      the.port.listener.targetLeaving(leaving);

      the.port.listener.failed(leaving, leaving.ids.get(1), Failure.CLOSING, "closing");
      assertThat(other.bodies).containsExactly("moved");
      the.send("new");
      assertThat(other.bodies).containsExactly("moved", "new");

      the.answer(leaving, leaving.ids.get(0), "still answered");
      assertThat(kept).isCompletedWithValue("still answered");
      the.answer(other, other.ids.get(0), "ok");
      assertThat(moved).isCompletedWithValue("ok");
    }
  }

  @Test
  void aRetryGoesToAnotherPeerWhenThereIsOne() {
    Options options =
        Options.builder().idempotent(true).retryInterval(Duration.ofSeconds(1)).build();
    try (RequestFixture the = new RequestFixture(options)) {
      FakeTargets.Replier silent = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      FakeTargets.Replier other = the.port.replier();

      the.time.advance(Duration.ofSeconds(1));
      assertThat(other.bodies).containsExactly("x");
      assertThat(silent.bodies).containsExactly("x");

      the.answer(silent, "late but welcome");
      assertThat(future).isCompletedWithValue("late but welcome");
      assertThat(the.time.waiting()).as("timers").isZero();
    }
  }

  @Test
  void aRetryWithoutRoomQueuesTheRequestOnlyOnce() {
    Options options =
        Options.builder()
            .idempotent(true)
            .retryInterval(Duration.ofMillis(10))
            .sendQueueMessages(3)
            .build();
    try (RequestFixture the = new RequestFixture(options)) {
      FakeTargets.Replier peer = the.port.replier();
      the.send("x");
      peer.room = false;
      the.time.advance(Duration.ofSeconds(1));
      assertThat(the.ask("y")).as("the queue is not full of copies").isNotDone();

      peer.room = true;
      the.port.listener.targetReady(peer);
      assertThat(peer.bodies).containsExactly("x", "x", "y");
    }
  }

  @Test
  void aRefusalOfAnEarlierAttemptDoesNotEndTheRequest() {
    Options options =
        Options.builder().idempotent(true).retryInterval(Duration.ofSeconds(1)).build();
    try (RequestFixture the = new RequestFixture(options)) {
      FakeTargets.Replier first = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      the.port.replier();
      the.time.advance(Duration.ofSeconds(1));
      the.port.listener.failed(first, first.lastId(), Failure.HANDLER, "failed");

      assertThat(future).isNotDone();
      assertThat(the.late()).isEqualTo(1);
    }
  }
}
