package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Messaging;
import dev.trefoil.NotSupportedException;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Publisher;
import dev.trefoil.Subscriber;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PublishCoreTest {
  private final FakeTransport one = new FakeTransport("one");
  private final FakeTransport two = new FakeTransport("two");
  private final Messaging messaging = Messaging.builder().transport(one).transport(two).build();

  @AfterEach
  void close() {
    messaging.close();
  }

  private Publisher<String> publisher(Options.Builder options) {
    Publisher<String> role = messaging.publisher(Codec.utf8(), options.build());
    role.bind("one://host:1");
    role.bind("two://host:1");
    return role;
  }

  private FakeTransport.Publishes port(FakeTransport of) {
    return of.last(FakeTransport.Publishes.class);
  }

  @Test
  void aMessageGoesToEveryTransportAndTheCountsAddUp() throws Exception {
    Publisher<String> role = publisher(Options.builder());
    port(one).subscribers = 2;
    port(two).subscribers = 3;
    assertThat(role.publish("gold", "7")).isEqualTo(5);
    assertThat(role.subscribers("gold")).isEqualTo(5);
    assertThat(port(one).published).containsExactly("gold=7");
    assertThat(port(two).published).containsExactly("gold=7");
    assertThat(port(two).waits).as("it never waits by default").containsExactly(0L);
  }

  @Test
  void aBlockedPublishSharesOneDeadlineAmongItsTransports() throws Exception {
    // So long that a busy machine lets this thread reach the first transport meanwhile.
    Duration all = Duration.ofMillis(600);
    Publisher<String> role = publisher(Options.builder().overflow(Overflow.BLOCK).sendTimeout(all));
    port(one).onPublish =
        () -> {
          long start = System.nanoTime();
          while (System.nanoTime() - start < all.toNanos()) {
            Thread.onSpinWait();
          }
        };
    role.publish("t", "x");
    assertThat(port(one).waits.get(0)).isBetween(1L, all.toNanos());
    assertThat(port(two).waits).containsExactly(0L);
  }

  @Test
  void aPolicyThatATransportLacksIsRefusedAtBindAndConnect() {
    one.capabilities.remove(Capability.BLOCK_PUBLISHER);
    one.capabilities.remove(Capability.DISCONNECT_SLOW);
    for (Overflow policy : new Overflow[] {Overflow.BLOCK, Overflow.DISCONNECT}) {
      Publisher<String> role =
          messaging.publisher(Codec.utf8(), Options.builder().overflow(policy).build());
      assertThatThrownBy(() -> role.bind("one://host:1"))
          .isInstanceOf(NotSupportedException.class)
          .hasMessageContaining("one://host:1 does not support");
      assertThatThrownBy(() -> role.connect("one://host:1"))
          .isInstanceOf(NotSupportedException.class);
      role.bind("two://host:1");
    }
    assertThat(one.ports).isEmpty();
  }

  @Test
  void topicAndPayloadTogetherMustNotBeTooLarge() throws Exception {
    Publisher<String> role = publisher(Options.builder().maxMessageBytes(6));
    role.publish("abc", "123");
    assertThatThrownBy(() -> role.publish("abc", "1234"))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("7 bytes")
        .hasMessageContaining("limit of 6");
    assertThatThrownBy(() -> role.publish("a topic that is too long", ""))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("24 bytes")
        .hasMessageContaining("limit of 6");
    assertThatThrownBy(() -> role.publish(null, "x"))
        .hasMessageContaining("topic must not be null");
    assertThat(port(one).published).containsExactly("abc=123");
  }

  @Test
  void subscribersAreWaitedFor() throws Exception {
    Publisher<String> role = publisher(Options.builder());
    assertThat(role.awaitSubscribers("t", 1, Duration.ofMillis(1))).isFalse();
    Waiting.Running<Boolean> two =
        Waiting.run(() -> role.awaitSubscribers("t", 2, Duration.ofSeconds(20))).untilItWaits();
    port(one).subscribers = 2;
    port(one).listener.subscriptionsChanged();
    assertThat(two.get()).isTrue();
    Waiting.Running<Boolean> closed =
        Waiting.run(() -> role.awaitSubscribers("t", 9, Duration.ofSeconds(20))).untilItWaits();
    role.close();
    assertThat(closed.error()).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> role.publish("t", "x")).isInstanceOf(ClosedException.class);
  }

  @Test
  void aSubscriberTellsItsTopicsToEveryTransportOnce() throws Exception {
    Subscriber<String> role = messaging.subscriber(Codec.utf8());
    role.subscribe("early");
    role.subscribe("early");
    role.connect("one://host:1");
    role.subscribe("late");
    role.connect("two://host:1");
    FakeTransport.Subscribes first = one.last(FakeTransport.Subscribes.class);
    FakeTransport.Subscribes second = two.last(FakeTransport.Subscribes.class);
    assertThat(first.topics).containsExactly("early", "late");
    assertThat(second.topics).containsExactly("early", "late");
    assertThat(role.unsubscribe("early")).isTrue();
    assertThat(role.unsubscribe("early")).isFalse();
    assertThat(first.topics).containsExactly("late");

    second.listener.message(
        FakePort.newPeer(), FakeTransport.bytes("late.x"), FakeTransport.bytes("body"), 3);
    second.listener.batchEnd();
    var delivery = role.receive();
    assertThat(delivery.topic()).isEqualTo("late.x");
    assertThat(delivery.value()).isEqualTo("body");
    assertThat(delivery.missed()).isEqualTo(3);
    assertThatThrownBy(() -> role.subscribe(null)).hasMessageContaining("must not be null");
    role.close();
    assertThatThrownBy(() -> role.subscribe("x")).isInstanceOf(ClosedException.class);
  }
}
