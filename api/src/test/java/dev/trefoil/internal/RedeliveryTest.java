package dev.trefoil.internal;

import static dev.trefoil.internal.RequestCoreTest.errorOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.ClosedException;
import dev.trefoil.DeadLetter;
import dev.trefoil.DisconnectReason;
import dev.trefoil.DrainReport;
import dev.trefoil.NotDeliveredException;
import dev.trefoil.SendResult;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What becomes of messages pushed at-least-once, whatever the pullers do or say. */
final class RedeliveryTest {
  private static void lose(PushFixture the, FakeTargets.Puller puller) {
    puller.room = 0;
    the.port.listener.targetDown(puller, DisconnectReason.RESET, "pulled the plug");
    the.port.peerDown(puller.peer());
  }

  @Test
  void nothingIsPushedWithoutCreditAndNoMoreThanTheCredit() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.NO_PEER);
      FakeTargets.Puller puller = the.port.puller(0);
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.FULL);
      the.port.listener.credit(puller, 2);
      assertThat(the.pusher.tryPush("a")).isEqualTo(SendResult.SENT);
      assertThat(the.pusher.tryPush("b")).isEqualTo(SendResult.SENT);
      assertThat(the.pusher.tryPush("c")).isEqualTo(SendResult.FULL);
      the.port.listener.acknowledged(puller, 1, 1);
      assertThat(the.pusher.tryPush("c")).isEqualTo(SendResult.SENT);

      assertThat(puller.bodies).containsExactly("a", "b", "c");
      assertThat(puller.numbers).containsExactly(1L, 2L, 3L);
      assertThat(the.pusher.unacknowledged()).isEqualTo(2);
    }
  }

  @Test
  void acknowledgementsEndExactlyTheirFutures() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller puller = the.port.puller(10);
      List<CompletableFuture<Void>> futures =
          List.of(the.push("1"), the.push("2"), the.push("3"), the.push("4"));
      the.port.listener.acknowledged(puller, 2, 3);
      assertThat(futures)
          .extracting(CompletableFuture::isDone)
          .containsExactly(false, true, true, false);
      the.port.listener.acknowledged(puller, 2, 4);
      the.port.listener.acknowledged(puller, 1, 1);
      assertThat(futures).allMatch(each -> each.isDone() && !each.isCompletedExceptionally());
      assertThat(the.pusher.unacknowledged()).isZero();
    }
  }

  @Test
  void acknowledgementsThatLieEndNothingThatWasNotSent() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller liar = the.port.puller(10);
      CompletableFuture<Void> first = the.push("1");
      the.port.listener.acknowledged(liar, 2, Long.MAX_VALUE);
      the.port.listener.acknowledged(liar, 5, 1);
      the.port.listener.acknowledged(liar, Long.MIN_VALUE, 0);
      the.port.listener.refused(liar, 99, Failure.HANDLER, "what?");
      the.port.listener.refused(liar, -1, Failure.HANDLER, "what?");
      assertThat(first).isNotDone();
      the.port.listener.acknowledged(liar, Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(first).isCompleted();
      CompletableFuture<Void> second = the.push("2");
      assertThat(second).as("a range cannot cover the future").isNotDone();
      the.port.listener.credit(liar, -5);
      assertThat(the.pusher.tryPush("3")).isEqualTo(SendResult.FULL);
    }
  }

  @Test
  void whatALostPullerHadGoesToAnotherInOrderAndBeforeAnythingNew() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller lost = the.port.puller(10);
      for (int i = 1; i <= 5; i++) {
        the.pusher.tryPush("m" + i);
      }
      the.port.listener.acknowledged(lost, 2, 2);
      lose(the, lost);
      FakeTargets.Puller next = the.port.puller(2);
      assertThat(next.bodies).containsExactly("m1", "m3");
      assertThat(the.pusher.tryPush("new")).isEqualTo(SendResult.FULL);
      the.port.listener.acknowledged(next, 1, 1);
      the.port.listener.credit(next, 10);
      assertThat(the.pusher.tryPush("new")).isEqualTo(SendResult.SENT);

      assertThat(next.bodies).containsExactly("m1", "m3", "m4", "m5", "new");
      assertThat(next.numbers).containsExactly(1L, 3L, 4L, 5L, 6L);
      assertThat(next.attempts).containsExactly(2, 2, 2, 2, 1);
      assertThat(the.counter("trefoil.messages.redelivered")).isEqualTo(4);
    }
  }

  @Test
  void aRefusedMessageGoesToAnotherPuller() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller a = the.port.puller(10);
      the.pusher.tryPush("x");
      FakeTargets.Puller b = the.port.puller(10);
      the.port.listener.refused(a, 1, Failure.HANDLER, "handler failed");
      assertThat(b.bodies).containsExactly("x");
      assertThat(b.attempts).containsExactly(2);
    }
  }

  @Test
  void aRefusalThatNoHandlerSawDoesNotCountAsAnAttempt() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce().maxAttempts(2))) {
      FakeTargets.Puller puller = the.port.puller(10);
      CompletableFuture<Void> future = the.push("x");
      for (int i = 1; i <= 20; i++) {
        the.port.listener.refused(puller, i, i % 2 == 0 ? Failure.CLOSING : Failure.OVERLOADED, "");
      }
      assertThat(future).isNotDone();
      assertThat(puller.attempts).hasSize(21).containsOnly(1);
    }
  }

  @Test
  void afterItsLastAttemptAMessageIsADeadLetter() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce().maxAttempts(3))) {
      FakeTargets.Puller puller = the.port.puller(10);
      CompletableFuture<Void> future = the.push("x");
      for (int i = 1; i <= 3; i++) {
        assertThat(future).isNotDone();
        the.port.listener.refused(puller, i, Failure.HANDLER, "try " + i + " failed");
      }
      assertThat(errorOf(future))
          .isInstanceOf(NotDeliveredException.class)
          .hasMessageContaining("3 attempts")
          .hasMessageContaining("try 3 failed");
      assertThat(the.letters).hasSize(1);
      DeadLetter letter = the.letters.get(0);
      assertThat(letter.attempts()).isEqualTo(3);
      assertThat(letter.payload()).isEqualTo(FakeTransport.bytes("x"));
      assertThat(letter.reason()).contains("try 3 failed");
      assertThat(letter.id().number()).isEqualTo(1);
      assertThat(the.counter("trefoil.messages.dead")).isEqualTo(1);
      assertThat(the.pusher.unacknowledged()).isZero();
    }
  }

  @Test
  void aMessageThatIsNotAcknowledgedInTimeGoesToAnotherPuller() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller slow = the.port.puller(1);
      CompletableFuture<Void> future = the.push("x");
      FakeTargets.Puller other = the.port.puller(10);
      the.time.advance(Duration.ofSeconds(29));
      assertThat(other.bodies).isEmpty();
      the.time.advance(Duration.ofSeconds(9));
      assertThat(other.bodies).containsExactly("x");

      the.port.listener.refused(slow, 1, Failure.HANDLER, "late");
      assertThat(other.bodies).as("the late refusal is of an old attempt").hasSize(1);
      the.port.listener.acknowledged(other, 1, 1);
      assertThat(future).isCompleted();
    }
  }

  @Test
  void aLateAcknowledgementOfAnOldAttemptCounts() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller slow = the.port.puller(1);
      CompletableFuture<Void> future = the.push("x");
      FakeTargets.Puller other = the.port.puller(10);
      the.time.advance(Duration.ofSeconds(40));
      the.port.listener.acknowledged(slow, 1, 1);
      assertThat(future).isCompleted();
      the.port.listener.acknowledged(other, 1, 1);
      lose(the, other);
      assertThat(the.pusher.unacknowledged()).isZero();
    }
  }

  @Test
  void aLateAcknowledgementTakesAMessageOutOfTheLineOfThoseToBeSentAgain() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller slow = the.port.puller(2);
      CompletableFuture<Void> first = the.push("1");
      the.push("2").exceptionally(e -> null);
      slow.room = 2;
      the.time.advance(Duration.ofSeconds(40));
      the.port.listener.acknowledged(slow, 1, 1);
      assertThat(first).isCompleted();
      FakeTargets.Puller other = the.port.puller(10);
      assertThat(other.bodies).containsExactly("2");
    }
  }

  @Test
  void anOldMessageSentAgainToTheSamePullerDoesNotHideOneBehindIt() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller only = the.port.puller(10);
      the.pusher.tryPush("old");
      the.time.advance(Duration.ofSeconds(20));
      the.pusher.tryPush("younger");
      the.time.advance(Duration.ofSeconds(20));
      assertThat(only.bodies).containsExactly("old", "younger", "old");
      the.time.advance(Duration.ofSeconds(15));
      assertThat(only.bodies).containsExactly("old", "younger", "old", "younger");
    }
  }

  @Test
  void thePusherKeepsNoMoreThanItMay() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce().inFlight(3))) {
      FakeTargets.Puller puller = the.port.puller(100);
      for (int i = 0; i < 3; i++) {
        assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.SENT);
      }
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.FULL);
      assertThatThrownBy(() -> the.pusher.push("x"))
          .isInstanceOf(TimedOutException.class)
          .hasMessageContaining("3 messages unacknowledged");
      the.port.listener.acknowledged(puller, 1, 1);
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.SENT);
    }
  }

  @Test
  void closingEndsEveryFutureOnceWhereverItsMessageIs() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller lost = the.port.puller(2);
      CompletableFuture<Void> waiting = the.push("waiting");
      CompletableFuture<Void> done = the.push("done");
      the.port.listener.acknowledged(lost, 2, 2);
      lose(the, lost);
      FakeTargets.Puller full = the.port.puller(0);
      the.pusher.close();

      assertThat(errorOf(waiting)).isInstanceOf(ClosedException.class);
      assertThat(done).isCompleted();
      assertThat(the.pusher.unacknowledged()).isZero();
      assertThat(the.time.waiting()).as("timers").isZero();
      the.port.listener.credit(full, 10);
      assertThat(full.bodies).as("a closed pusher sends nothing").isEmpty();
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.CLOSED);
      assertThatThrownBy(() -> the.push("x")).isInstanceOf(ClosedException.class);
    }
  }

  @Test
  void aDrainWaitsForAcknowledgementsAndReportsWhatWasLeft() throws Exception {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller puller = the.port.puller(10);
      the.pusher.tryPush("a");
      the.pusher.tryPush("b");
      Waiting.Running<DrainReport> drain =
          Waiting.run(() -> the.pusher.drain(Duration.ofSeconds(20))).untilItWaits();
      the.port.listener.acknowledged(puller, 1, 2);
      assertThat(drain.get().isClean()).isTrue();
    }
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      the.port.puller(10);
      the.pusher.tryPush("a");
      assertThat(the.pusher.drain(Duration.ZERO)).isEqualTo(new DrainReport(0, 0, 1, 0));
    }
  }

  @Test
  void whatClosingForgotIsNotTakenForAcknowledged() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      the.port.puller(10);
      CompletableFuture<Void> pushed = the.push("never acknowledged");
      the.pusher.close();

      assertThat(pushed).isCompletedExceptionally();
      assertThatThrownBy(() -> the.pusher.awaitAcknowledged(Duration.ZERO))
          .isInstanceOf(ClosedException.class);
    }
  }

  @Test
  void awaitingAcknowledgementsWithoutATimeIsRefusedWhateverTheAssurance() {
    try (PushFixture the = new PushFixture(PushFixture.atMostOnce())) {
      assertThatThrownBy(() -> the.pusher.awaitAcknowledged(Duration.ofSeconds(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void awaitingAcknowledgementsWaitsOnlyForWhatWasPushedBefore() throws Exception {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller puller = the.port.puller(10);
      assertThat(the.pusher.awaitAcknowledged(Duration.ZERO)).isTrue();
      the.pusher.tryPush("before");
      assertThat(the.pusher.awaitAcknowledged(Duration.ZERO)).isFalse();
      Waiting.Running<Boolean> wait =
          Waiting.run(() -> the.pusher.awaitAcknowledged(Duration.ofSeconds(20))).untilItWaits();
      the.pusher.tryPush("after");
      the.port.listener.acknowledged(puller, 1, 1);
      assertThat(wait.get()).isTrue();
      assertThat(the.pusher.unacknowledged()).isEqualTo(1);

      Waiting.Running<Boolean> closed =
          Waiting.run(() -> the.pusher.awaitAcknowledged(Duration.ofSeconds(20))).untilItWaits();
      the.pusher.close();
      assertThat(closed.error()).isInstanceOf(ClosedException.class);
    }
  }

  private static <V> V elsewhere(Callable<V> call) {
    try {
      return Waiting.run(call).get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsAcknowledgedDuringAPushIsLeftToTheThreadThatPushes() {
    try (PushFixture the = new PushFixture(PushFixture.atLeastOnce())) {
      FakeTargets.Puller puller = the.port.puller(10);
      CompletableFuture<Void> first = the.push("1");
      puller.onSend =
          () -> {
            puller.onSend = () -> {};
            // Another thread does not get the lock now, and must not wait for it.
            assertThat(
                    elsewhere(
                        () -> {
                          the.port.listener.acknowledged(puller, 1, 1);
                          return first.isDone();
                        }))
                .as("the future, while somebody pushes")
                .isFalse();
          };
      assertThat(the.pusher.tryPush("2")).isEqualTo(SendResult.SENT);
      assertThat(first).isCompleted();
      assertThat(the.pusher.unacknowledged()).isEqualTo(1);
    }
  }

  @Test
  void acknowledgementsFromManyThreadsDuringPushesAreAllHeard() throws Exception {
    int count = 5_000;
    try (PushFixture the =
        new PushFixture(PushFixture.atLeastOnce().sendTimeout(Duration.ofSeconds(20)))) {
      FakeTargets.Puller puller = the.port.puller(64);
      BlockingQueue<Long> sent = new LinkedBlockingQueue<>();
      AtomicLong sequence = new AtomicLong();
      puller.onSend = () -> sent.add(sequence.incrementAndGet());
      List<Waiting.Running<Boolean>> acknowledging = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        acknowledging.add(
            Waiting.run(
                () -> {
                  for (int left = count / 2; left > 0; left--) {
                    long done = sent.take();
                    the.port.listener.acknowledged(puller, done, done);
                  }
                  return true;
                }));
      }
      for (int i = 0; i < count; i++) {
        the.pusher.push("x");
      }
      for (Waiting.Running<Boolean> each : acknowledging) {
        assertThat(each.get()).isTrue();
      }
      assertThat(the.pusher.awaitAcknowledged(Duration.ofSeconds(20))).isTrue();
      assertThat(the.pusher.unacknowledged()).isZero();
    }
  }
}
