package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.DrainReport;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.RemoteException;
import dev.trefoil.Requester;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Helm;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class RequestCoreTest {
  /** What the future ended with. */
  static Throwable errorOf(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    return future.handle((value, error) -> error).join();
  }

  /** By then all requests were looked at that are new, and those that are not have a timer. */
  private static final Duration LOOK = Duration.ofMillis(50);

  @Test
  void repliesMatchTheirRequestsInAnyOrder() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      CompletableFuture<String> first = the.ask("1");
      CompletableFuture<String> second = the.ask("2");

      the.answer(peer, peer.ids.get(1), "two");
      assertThat(second).isCompletedWithValue("two");
      assertThat(first).isNotDone();
      the.answer(peer, peer.ids.get(0), "one");

      assertThat(first).isCompletedWithValue("one");
      assertThat(the.requester.outstanding()).isZero();
      assertThat(the.requests("success")).isEqualTo(2);
      the.time.advance(LOOK);
      assertThat(the.time.waiting()).as("timers").isZero();
    }
  }

  @Test
  void aRequestCarriesTheTimeThatIsLeft() {
    try (RequestFixture the = new RequestFixture()) {
      the.send("early");
      the.time.advance(Duration.ofSeconds(2));
      FakeTargets.Replier peer = the.port.replier();

      assertThat(peer.remaining).containsExactly(TimeUnit.SECONDS.toNanos(3));
    }
  }

  @Test
  void requestsTakeTurnsAmongThePeersThatHaveRoom() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier a = the.port.replier();
      FakeTargets.Replier b = the.port.replier();
      FakeTargets.Replier c = the.port.replier();
      b.room = false;

      for (int i = 0; i < 9; i++) {
        the.send("r" + i);
      }

      assertThat(b.bodies).isEmpty();
      assertThat(a.bodies.size() + c.bodies.size()).isEqualTo(9);
      assertThat(a.bodies).hasSizeGreaterThanOrEqualTo(3);
      assertThat(c.bodies).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void theIoOfARequestThatNobodyWaitsForIsAttendedTo() {
    try (RequestFixture the = new RequestFixture()) {
      AtomicInteger attended = new AtomicInteger();
      the.port.replier().helm =
          new Helm() {
            @Override
            public boolean steer(BooleanSupplier until, long nanos) {
              return false;
            }

            @Override
            public void wake() {}

            @Override
            public void attend() {
              attended.incrementAndGet();
            }
          };
      the.send("x");
      assertThat(attended).hasValue(1);
    }
  }

  @Test
  void theDeadlineEndsARequestAndSaysAllThatIsKnown() {
    try (RequestFixture the = new RequestFixture()) {
      the.port.replier();
      CompletableFuture<String> future = the.ask("x");

      the.time.advance(Duration.ofMillis(4_999));
      assertThat(future).isNotDone();
      the.time.advance(Duration.ofMillis(1));

      assertThat(errorOf(future))
          .isInstanceOf(TimedOutException.class)
          .hasMessageContaining("5 s")
          .hasMessageContaining("fake://host:7000")
          .hasMessageContaining("sent once")
          .hasMessageContaining("one peer is connected")
          .satisfies(e -> assertThat(((TimedOutException) e).attempts()).isEqualTo(1))
          .satisfies(e -> assertThat(((TimedOutException) e).peerSeen()).isTrue())
          .satisfies(e -> assertThat(((TimedOutException) e).timeout()).hasSeconds(5));
      assertThat(the.requester.outstanding()).isZero();
      assertThat(the.requests("timeout")).isEqualTo(1);
    }
  }

  @Test
  void theDeadlineTellsAMissingPeerFromASlowOne() {
    try (RequestFixture the = new RequestFixture()) {
      the.port.listener.connectFailed(the.port.connected.get(0), "connection refused");
      CompletableFuture<String> future = the.ask("x");
      the.time.advance(Duration.ofSeconds(5));

      assertThat(errorOf(future))
          .hasMessageContaining("never sent")
          .hasMessageContaining("no peer was ever connected")
          .hasMessageContaining("connection refused")
          .satisfies(e -> assertThat(((TimedOutException) e).attempts()).isZero())
          .satisfies(e -> assertThat(((TimedOutException) e).peerSeen()).isFalse());
    }
  }

  @Test
  void aRoleThatIsConnectedToNothingSaysSo() {
    try (RequestFixture the = new RequestFixture()) {
      the.requester.disconnect(the.port.connected.get(0));
      CompletableFuture<String> future = the.ask("x");
      the.time.advance(Duration.ofSeconds(5));

      assertThat(errorOf(future)).hasMessageContaining("bind or connect it first");
    }
  }

  @Test
  void aLateReplyAndAMadeUpOneAreDroppedAndCounted() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      CompletableFuture<String> late = the.ask("x");
      the.time.advance(Duration.ofSeconds(5));
      CompletableFuture<String> open = the.ask("y");

      the.answer(peer, peer.ids.get(0), "late");
      the.answer(peer, 12_345, "made up");
      the.answer(peer, -1, "made up");
      the.port.listener.failed(peer, 12_345, Failure.HANDLER, "made up");

      assertThat(errorOf(late)).isInstanceOf(TimedOutException.class);
      assertThat(open).isNotDone();
      assertThat(the.late()).isEqualTo(4);
    }
  }

  @Test
  void aSecondReplyIsLate() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      the.answer(peer, "first");
      the.answer(peer, "second");

      assertThat(future).isCompletedWithValue("first");
      assertThat(the.late()).isEqualTo(1);
    }
  }

  @Test
  void aReplyFromAPeerThatWasNotAskedIsDroppedAndCounted() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier asked = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      FakeTargets.Replier other = the.port.replier();

      the.answer(other, asked.lastId(), "forged");
      the.port.listener.failed(other, asked.lastId(), Failure.HANDLER, "forged");
      assertThat(future).isNotDone();
      assertThat(the.late()).isEqualTo(2);

      the.answer(asked, "true");
      assertThat(future).isCompletedWithValue("true");
    }
  }

  @Test
  void cancellingFreesWhatTheRequestHeld() {
    try (RequestFixture the = new RequestFixture()) {
      CompletableFuture<String> queued = the.ask("queued");
      assertThat(queued.cancel(true)).isTrue();
      assertThat(the.requester.outstanding()).isZero();
      the.time.advance(LOOK);
      assertThat(the.time.waiting()).as("timers").isZero();

      FakeTargets.Replier peer = the.port.replier();
      assertThat(peer.bodies).as("a cancelled request is not sent").isEmpty();

      CompletableFuture<String> sent = the.ask("sent");
      sent.cancel(false);
      the.answer(peer, "late");
      assertThat(sent).isCancelled();
      assertThat(the.late()).isEqualTo(1);
      assertThat(the.requests("cancelled")).isEqualTo(2);
    }
  }

  @Test
  void endingTheFutureByHandFreesTheRequestToo() {
    try (RequestFixture the = new RequestFixture()) {
      CompletableFuture<String> given = the.ask("a");
      CompletableFuture<String> failed = the.ask("b");

      assertThat(given.complete("mine")).isTrue();
      assertThat(failed.completeExceptionally(new IllegalStateException("mine"))).isTrue();

      assertThat(the.requester.outstanding()).isZero();
      the.time.advance(LOOK);
      assertThat(the.time.waiting()).as("timers").isZero();
    }
  }

  @Test
  void aHandlersFailureBecomesARemoteException() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      the.port.listener.failed(peer, peer.lastId(), Failure.HANDLER, "no such order");

      assertThat(errorOf(future)).isInstanceOf(RemoteException.class).hasMessage("no such order");
      assertThat(the.requests("remote_error")).isEqualTo(1);
    }
  }

  @Test
  void aRequestThatExpiredAtThePeerTimesOut() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      the.port.listener.failed(peer, peer.lastId(), Failure.EXPIRED, "too late");

      assertThat(errorOf(future)).isInstanceOf(TimedOutException.class);
    }
  }

  @Test
  void aReplyThatCannotBeDecodedFailsTheFuture() {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      CompletableFuture<String> future = the.ask("x");
      the.port.listener.reply(peer, peer.lastId(), new byte[] {(byte) 0xff});

      assertThat(errorOf(future)).isInstanceOf(CodecException.class);
    }
  }

  @Test
  void aCodecThatThrowsAnErrorStillEndsTheFuture() {
    Codec<String> broken =
        new Codec<>() {
          @Override
          public byte[] encode(String value) {
            return new byte[0];
          }

          @Override
          public String decode(byte[] payload) {
            throw new StackOverflowError("nested too deep");
          }
        };
    try (RequestFixture the = new RequestFixture();
        Requester<String, String> role = the.messaging.requester(Codec.utf8(), broken)) {
      role.connect("fake://host:7000");
      FakeTransport.Requests port = the.transport.last(FakeTransport.Requests.class);
      FakeTargets.Replier peer = port.replier();
      CompletableFuture<String> future = role.requestAsync("x");
      port.listener.reply(peer, peer.lastId(), new byte[1]);

      assertThat(errorOf(future))
          .isInstanceOf(CodecException.class)
          .hasCauseInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void whatIsTooLargeOrNullIsRefusedBeforeAnythingIsHeld() {
    try (RequestFixture the = new RequestFixture(Options.builder().maxMessageBytes(3).build())) {
      assertThatThrownBy(() -> the.requester.requestAsync("four"))
          .isInstanceOf(MessageTooLargeException.class);
      assertThatThrownBy(() -> the.requester.requestAsync(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("must not be null");
      assertThatThrownBy(() -> the.requester.requestAsync("x", Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("timeout");
      assertThat(the.requester.outstanding()).isZero();
      assertThat(the.time.waiting()).isZero();
    }
  }

  @Test
  void closingEndsEveryRequestAndTakesNoMore() {
    try (RequestFixture the = new RequestFixture()) {
      CompletableFuture<String> queued = the.ask("queued");
      the.port.replier();
      CompletableFuture<String> sent = the.ask("sent");

      the.requester.close();

      assertThat(errorOf(queued)).isInstanceOf(ClosedException.class);
      assertThat(errorOf(sent)).isInstanceOf(ClosedException.class);
      assertThat(the.requester.outstanding()).isZero();
      the.time.advance(LOOK);
      assertThat(the.time.waiting()).as("timers").isZero();
      assertThatThrownBy(() -> the.ask("more")).isInstanceOf(ClosedException.class);
      assertThat(the.time.waiting()).as("timers of a refused request").isZero();
    }
  }

  @Test
  void aDrainReportsWhatWasNeverSentAndWhatWasNotAnswered() throws Exception {
    try (RequestFixture the = new RequestFixture()) {
      FakeTargets.Replier peer = the.port.replier();
      the.send("sent");
      peer.room = false;
      the.send("queued");
      the.send("queued");

      DrainReport report = the.requester.drain(Duration.ZERO);

      assertThat(report).isEqualTo(new DrainReport(2, 1, 0, 0));
      assertThat(the.port.linger).isEqualTo(Duration.ZERO);
    }
  }

  @Test
  void callbacksRunOnTheHandlerExecutorAndFuturesEndAlsoWhenItRefuses() {
    FakeTransport transport = new FakeTransport();
    try (Messaging messaging =
            Messaging.builder()
                .transport(transport)
                .handlerExecutor(
                    task -> {
                      throw new IllegalStateException("no thread left");
                    })
                .build();
        Requester<String, String> role = messaging.requester(Codec.utf8(), Codec.utf8())) {
      role.connect("fake://host:7000");
      FakeTransport.Requests port = transport.last(FakeTransport.Requests.class);
      FakeTargets.Replier peer = port.replier();
      CompletableFuture<String> future = role.requestAsync("x");
      port.listener.reply(peer, peer.lastId(), FakeTransport.bytes("y"));

      assertThat(future).isCompletedWithValue("y");
    }
  }

  @Test
  void theUnwrappedErrorIsWhatJoinCarries() {
    try (RequestFixture the = new RequestFixture()) {
      CompletableFuture<String> future = the.ask("x");
      the.requester.close();
      assertThatThrownBy(future::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(ClosedException.class);
    }
  }
}
