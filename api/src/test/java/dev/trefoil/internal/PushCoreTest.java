package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.ClosedException;
import dev.trefoil.DisconnectReason;
import dev.trefoil.DrainReport;
import dev.trefoil.NotSupportedException;
import dev.trefoil.Options;
import dev.trefoil.SendResult;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PushCoreTest {
  private static final Options.Builder PATIENT =
      Options.builder().sendTimeout(Duration.ofSeconds(20));

  private static Object push(PushFixture the, String text) throws InterruptedException {
    the.pusher.push(text);
    return text;
  }

  @Test
  void messagesTakeTurnsAmongThePullersWithRoom() throws Exception {
    try (PushFixture the = new PushFixture(PushFixture.atMostOnce())) {
      FakeTargets.Puller a = the.port.puller(0);
      FakeTargets.Puller b = the.port.puller(0);
      FakeTargets.Puller full = the.port.puller(0);
      full.room = 1;
      for (int i = 0; i < 11; i++) {
        the.pusher.push("m" + i);
      }
      assertThat(full.bodies).hasSize(1);
      assertThat(a.bodies.size() + b.bodies.size()).isEqualTo(10);
      assertThat(a.bodies).hasSizeGreaterThanOrEqualTo(3);
      assertThat(b.bodies).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void tryPushSaysWhyNot() {
    try (PushFixture the = new PushFixture(PushFixture.atMostOnce())) {
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.NO_PEER);
      FakeTargets.Puller puller = the.port.puller(0);
      puller.room = 1;
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.SENT);
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.FULL);
      the.port.listener.targetLeaving(puller);
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.NO_PEER);
      the.pusher.close();
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.CLOSED);
    }
  }

  @Test
  void aPushThatFindsNoRoomInTimeSaysWhatIsKnown() {
    try (PushFixture the = new PushFixture(PushFixture.atMostOnce())) {
      assertThatThrownBy(() -> the.pusher.push("x"))
          .isInstanceOf(TimedOutException.class)
          .hasMessageContaining("no puller to push to")
          .hasMessageContaining("no peer was ever connected");
      the.port.puller(0).room = 0;
      assertThatThrownBy(() -> the.pusher.push("x"))
          .isInstanceOf(TimedOutException.class)
          .hasMessageContaining("no puller had room")
          .hasMessageContaining("fake://host:7000")
          .hasMessageContaining("one peer is connected");
    }
  }

  @Test
  void aPushWaitsForAPullerAndForRoom() throws Exception {
    try (PushFixture the = new PushFixture(PATIENT)) {
      Waiting.Running<Object> first = Waiting.run(() -> push(the, "a")).untilItWaits();
      FakeTargets.Puller puller = the.port.puller(0);
      first.get();
      puller.room = 1;
      Waiting.Running<Object> second = Waiting.run(() -> push(the, "b")).untilItWaits();
      Waiting.Running<Object> third = Waiting.run(() -> push(the, "c")).untilItWaits();
      puller.room = 3;
      the.port.listener.targetReady(puller);
      second.get();
      third.get();
      assertThat(puller.bodies).containsExactlyInAnyOrder("a", "b", "c");
    }
  }

  @Test
  void roomThatAppearsBetweenTheLookAndTheWaitIsNotMissed() throws Exception {
    try (PushFixture the = new PushFixture(PATIENT)) {
      FakeTargets.Puller puller = the.port.puller(0);
      puller.room = 0;
      // Refused, and ready again before the pushing thread has noted that it waits.
      puller.onSend =
          () -> {
            puller.onSend = () -> puller.room = 1;
            the.port.listener.targetReady(puller);
          };
      Waiting.run(() -> push(the, "x")).get();
      assertThat(puller.bodies).containsExactly("x");
    }
  }

  @Test
  void anInterruptedPushTookNothingAndTheRoleStaysUsable() throws Exception {
    try (PushFixture the = new PushFixture(PATIENT)) {
      Waiting.Running<Object> push = Waiting.run(() -> push(the, "x")).untilItWaits();
      push.thread.interrupt();
      assertThat(push.error()).isInstanceOf(InterruptedException.class);
      FakeTargets.Puller puller = the.port.puller(0);
      the.pusher.push("y");
      assertThat(puller.bodies).containsExactly("y");
    }
  }

  @Test
  void closingAndDrainingEndAPushThatWaits() throws Exception {
    try (PushFixture the = new PushFixture(PATIENT)) {
      Waiting.Running<Object> push = Waiting.run(() -> push(the, "x")).untilItWaits();
      the.pusher.close();
      assertThat(push.error()).isInstanceOf(ClosedException.class);
    }
    Options.Builder kept = PushFixture.atLeastOnce().sendTimeout(Duration.ofSeconds(20));
    try (PushFixture the = new PushFixture(kept.inFlight(1))) {
      FakeTargets.Puller puller = the.port.puller(5);
      the.pusher.push("kept");
      Waiting.Running<Object> push = Waiting.run(() -> push(the, "x")).untilItWaits();
      Waiting.Running<DrainReport> drain =
          Waiting.run(() -> the.pusher.drain(Duration.ofSeconds(20)));
      assertThat(push.error())
          .as("at once, not when the drain is over")
          .isInstanceOf(ClosedException.class)
          .hasMessageContaining("draining");
      assertThat(drain.isDone()).isFalse();
      the.port.listener.acknowledged(puller, 1, 1);
      assertThat(drain.get().isClean()).isTrue();
    }
  }

  @Test
  void aLostPullerIsNotPushedTo() {
    try (PushFixture the = new PushFixture(PushFixture.atMostOnce())) {
      FakeTargets.Puller lost = the.port.puller(0);
      the.port.listener.targetDown(lost, DisconnectReason.RESET, "gone");
      the.port.listener.targetReady(lost);
      assertThat(the.pusher.tryPush("x")).isEqualTo(SendResult.NO_PEER);
    }
  }

  @Test
  void acknowledgementsMustBeAskedForAndBePossible() {
    try (PushFixture the = new PushFixture(PushFixture.atMostOnce())) {
      assertThatThrownBy(() -> the.push("x"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("AT_LEAST_ONCE");
      the.transport.capabilities.remove(Capability.AT_LEAST_ONCE);
      var role = the.messaging.pusher(dev.trefoil.Codec.utf8(), PushFixture.atLeastOnce().build());
      assertThatThrownBy(() -> role.connect("fake://host:1"))
          .isInstanceOf(NotSupportedException.class)
          .hasMessageContaining("fake://host:1 does not support at least once");
      assertThatThrownBy(() -> role.bind("fake://host:1"))
          .isInstanceOf(NotSupportedException.class);
    }
  }
}
