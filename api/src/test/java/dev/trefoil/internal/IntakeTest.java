package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.Delivery;
import dev.trefoil.Execution;
import dev.trefoil.Handler;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.PortMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The three ways out of a receiving role: handler, receive, flow. */
final class IntakeTest {
  private final FakeTransport transport = new FakeTransport();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Messaging messaging =
      Messaging.builder().transport(transport).meterRegistry(registry).build();
  private Puller<String> puller;
  private FakeTransport.Pulls port;

  private void open(Handler<String> handler, Options options) {
    puller =
        handler == null
            ? messaging.puller(Codec.utf8(), options)
            : messaging.puller(Codec.utf8(), handler, options);
    puller.bind("fake://host:1");
    port = transport.last(FakeTransport.Pulls.class);
  }

  @AfterEach
  void close() {
    messaging.close();
  }

  private double handled(String outcome) {
    return registry.get("trefoil.handler").tag("outcome", outcome).functionTimer().count();
  }

  private double dropped(String reason) {
    return registry.get("trefoil.messages.dropped").tag("reason", reason).functionCounter().count();
  }

  @Test
  void aMessageIsAcknowledgedAfterItsHandlerReturnedAndRefusedIfItThrows() {
    open(
        delivery -> {
          assertThat(port.pusher.acknowledged).doesNotContain(delivery.id().number());
          switch (delivery.value()) {
            case "bad" -> throw new Exception("no disk");
            case "error" -> throw new AssertionError();
            case "codec" -> throw new CodecException("of another role", new Exception());
            default -> delivery.peer();
          }
        },
        Options.builder().execution(Execution.INLINE).build());
    port.push(1, "good");
    port.push(2, "bad");
    port.push(3, "error");
    port.push(4, "codec");
    port.listener.message(port.pusher, 5, 5, 1, new byte[] {(byte) 0xff});
    assertThat(port.pusher.acknowledged).containsExactly(1L);
    assertThat(port.pusher.refused).hasSize(4);
    assertThat(port.pusher.refused.get(0)).isEqualTo("2 HANDLER no disk");
    assertThat(port.pusher.refused.get(1)).isEqualTo("3 HANDLER java.lang.AssertionError");
    assertThat(port.pusher.refused.get(2)).isEqualTo("4 HANDLER of another role");
    assertThat(port.pusher.refused.get(3)).startsWith("5 CODEC");
    assertThat(handled("error")).isEqualTo(3);
    assertThat(handled("codec")).isEqualTo(1);
    assertThat(dropped("codec")).isEqualTo(1);
  }

  /** Comes with numbers in arrays that are the wire's, and longer; as it does with the next. */
  private boolean pushTogether(long first, String... texts) {
    int count = texts.length;
    long[] numbers = new long[count + 2];
    int[] attempts = new int[count + 2];
    Object[] bodies = new Object[count + 1];
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      numbers[i] = 1_000L - i;
      attempts[i] = i + 1;
      bodies[i] = texts[i].getBytes(StandardCharsets.UTF_8);
      bytes += texts[i].length();
    }
    boolean goOn =
        port.listener.messages(port.pusher, first, numbers, attempts, bodies, count, bytes);
    Arrays.fill(numbers, -1);
    Arrays.fill(attempts, -1);
    port.listener.batchEnd();
    return goOn;
  }

  @Test
  void messagesThatCameTogetherAreAcknowledgedOneByOne() throws Exception {
    open(null, Options.defaults());
    assertThat(port.listener.batchLimit()).isGreaterThan(3);
    assertThat(pushTogether(5, "a", "bc", "")).isTrue();
    assertThat(registry.get("trefoil.messages.received").functionCounter().count()).isEqualTo(3);
    assertThat(registry.get("trefoil.bytes.received").functionCounter().count()).isEqualTo(3);
    List<Delivery<String>> came = List.of(puller.receive(), puller.receive(), puller.receive());
    assertThat(came).extracting(Delivery::value).containsExactly("a", "bc", "");
    assertThat(came).extracting(Delivery::attempt).containsExactly(1, 2, 3);
    assertThat(came)
        .extracting(each -> each.id().number() + " of " + each.id().sender())
        .containsExactly("1000 of 77", "999 of 77", "998 of 77");
    assertThat(port.pusher.acknowledged).isEmpty();
    came.get(2).acknowledge();
    came.get(1).refuse("later");
    came.get(0).acknowledge();
    came.get(0).acknowledge();
    assertThat(port.pusher.acknowledged).containsExactly(7L, 5L);
    assertThat(port.pusher.refused).hasSize(1).first().asString().startsWith("6 ");
  }

  @Test
  void aHandlerThatFailsInTheMidstOfABatchFailsOneMessage() {
    AtomicInteger begun = new AtomicInteger();
    open(
        delivery -> {
          assertThat(port.pusher.acknowledged).hasSizeLessThan(begun.incrementAndGet());
          if (delivery.value().equals("bad")) {
            throw new Exception("no disk");
          }
        },
        Options.builder().handlerConcurrency(1).build());
    pushTogether(1, "a", "bad", "c", "d");
    await().until(() -> port.pusher.acknowledged.size() == 3);
    assertThat(port.pusher.acknowledged).containsExactly(1L, 3L, 4L);
    assertThat(port.pusher.refused).containsExactly("2 HANDLER no disk");
  }

  @Test
  void whatIsHandledInlineComesOneByOne() {
    open(delivery -> {}, Options.builder().execution(Execution.INLINE).build());
    assertThat(port.listener.batchLimit()).isEqualTo(1);
  }

  @Test
  void messagesThatComeTogetherToAClosedPullerAreNotAcknowledged() {
    open(null, Options.defaults());
    pushTogether(1, "a", "b");
    puller.close();
    assertThat(pushTogether(3, "c", "d", "e")).isFalse();
    assertThat(port.pusher.acknowledged).isEmpty();
    assertThat(port.pusher.refused).as("what came in time is given back").hasSize(2);
    assertThat(port.context.metrics().drops(PortMetrics.Drop.CLOSED)).isEqualTo(5);
  }

  @Test
  void handlersRunOnVirtualThreadsWhereTheJvmHasThem() throws Exception {
    CountDownLatch ran = new CountDownLatch(1);
    List<String> seen = new CopyOnWriteArrayList<>();
    open(
        delivery -> {
          Thread thread = Thread.currentThread();
          boolean virtual = thread.getClass().getSimpleName().contains("Virtual");
          seen.add(thread.getName() + " virtual=" + virtual + " daemon=" + thread.isDaemon());
          ran.countDown();
        },
        Options.defaults());
    port.push("x");
    assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
    boolean expected = Runtime.version().feature() >= 21;
    assertThat(seen.get(0))
        .startsWith("trefoil-default-handler-1")
        .endsWith(" virtual=" + expected + " daemon=true");
  }

  @Test
  void inlineHandlersRunOnTheThreadThatReceives() {
    List<Thread> seen = new CopyOnWriteArrayList<>();
    open(
        delivery -> seen.add(Thread.currentThread()),
        Options.builder().execution(Execution.INLINE).build());
    assertThat(port.push("x")).isTrue();
    assertThat(seen).containsExactly(Thread.currentThread());
  }

  @Test
  void receivingTimesOutInPlainWordsAndStaysUsable() throws Exception {
    open(null, Options.builder().receiveTimeout(Duration.ofMillis(5)).build());
    assertThat(puller.receive(Duration.ZERO)).isNull();
    assertThatThrownBy(() -> puller.receive())
        .isInstanceOf(TimedOutException.class)
        .hasMessageContaining("nothing received within 5 ms at fake://host:1")
        .hasMessageContaining("no peer was ever connected");
    port.push("x");
    assertThat(puller.receive().value()).isEqualTo("x");
    port.listener.message(port.pusher, 7, 7, 1, new byte[] {(byte) 0xff});
    port.listener.batchEnd();
    assertThatThrownBy(() -> puller.receive()).isInstanceOf(CodecException.class);
    assertThat(port.pusher.refused.get(0)).startsWith("7 CODEC");
    assertThatThrownBy(() -> puller.receive(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void receivingEndsWithAnInterruptOrTheRole() throws Exception {
    open(null, Options.defaults());
    Waiting.Running<Delivery<String>> first = Waiting.run(() -> puller.receive()).untilItWaits();
    first.thread.interrupt();
    assertThat(first.error()).isInstanceOf(InterruptedException.class);
    Waiting.Running<Delivery<String>> second = Waiting.run(() -> puller.receive()).untilItWaits();
    port.push("x");
    assertThat(second.get().value()).isEqualTo("x");
    Waiting.Running<Delivery<String>> third = Waiting.run(() -> puller.receive()).untilItWaits();
    puller.close();
    assertThat(third.error()).isInstanceOf(ClosedException.class);
  }

  @Test
  void aConsumerThatIsInterruptedWhenItIsWokenPassesTheMessageOn() throws Exception {
    open(null, Options.defaults());
    for (int round = 0; round < 200; round++) {
      Waiting.Running<Delivery<String>> a =
          Waiting.run(() -> puller.receive(Duration.ofSeconds(20))).untilItWaits();
      Waiting.Running<Delivery<String>> b =
          Waiting.run(() -> puller.receive(Duration.ofSeconds(20))).untilItWaits();
      port.push("x");
      a.thread.interrupt();
      if (a.error() == null) {
        assertThat(a.get().value()).isEqualTo("x");
        b.thread.interrupt();
        assertThat(b.error()).isInstanceOf(InterruptedException.class);
      } else {
        assertThat(b.get()).as("round %d", round).isNotNull();
      }
    }
  }

  @Test
  void theWireIsPausedAtTheBoundAndResumed() throws Exception {
    open(null, Options.builder().receiveQueueMessages(4).build());
    assertThat(port.push("1")).isTrue();
    port.push("2");
    port.push("3");
    assertThat(port.push("4")).isFalse();
    for (int i = 1; i <= 4; i++) {
      assertThat(puller.receive().value()).isEqualTo("" + i);
    }
    puller.receive(Duration.ZERO);
    assertThat(port.resumes).hasValue(1);
  }

  @Test
  void aRoleHasOneWayOut() {
    open(delivery -> {}, Options.defaults());
    assertThatThrownBy(() -> puller.receive()).hasMessageContaining("has a handler");
    assertThatThrownBy(() -> puller.flow()).hasMessageContaining("has a handler");
    open(null, Options.defaults());
    assertThat(puller.flow()).isSameAs(puller.flow());
    assertThatThrownBy(() -> puller.receive()).hasMessageContaining("has a flow");
  }

  /** Asks for all and notes it. */
  private static final class Sink implements Flow.Subscriber<Delivery<String>> {
    final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Delivery<String> item) {
      seen.add(item.value());
    }

    @Override
    public void onError(Throwable error) {
      seen.add("error " + error);
    }

    @Override
    public void onComplete() {
      seen.add("complete");
    }
  }

  @Test
  void aFlowHandsOnWhatCanBeDecodedAndEndsWithTheRole() {
    open(null, Options.defaults());
    Sink sink = new Sink();
    port.push("before");
    puller.flow().subscribe(sink);
    port.listener.message(port.pusher, new byte[] {(byte) 0xff});
    port.push("after");
    await().atMost(Waiting.LIMIT).untilAsserted(() -> assertThat(sink.seen).hasSize(2));
    puller.close();
    await()
        .atMost(Waiting.LIMIT)
        .untilAsserted(() -> assertThat(sink.seen).containsExactly("before", "after", "complete"));
    assertThat(dropped("codec")).isEqualTo(1);
  }

  @Test
  void theFlowOfAClosedRoleEndsAtOnce() {
    open(null, Options.defaults());
    puller.close();
    Sink sink = new Sink();
    puller.flow().subscribe(sink);
    await()
        .atMost(Waiting.LIMIT)
        .untilAsserted(() -> assertThat(sink.seen).containsExactly("complete"));
  }

  @Test
  void handlersThatWaitForFuturesDoNotKeepThemFromEnding() {
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger waiting = new AtomicInteger();
    int all = Threads.POOL_SIZE;
    var requester = messaging.requester(Codec.utf8(), Codec.utf8());
    requester.connect("fake://host:1");
    FakeTransport.Requests requests = transport.last(FakeTransport.Requests.class);
    FakeTargets.Replier peer = requests.replier();
    open(
        delivery -> {
          var future = requester.requestAsync("x", Duration.ofSeconds(60));
          waiting.incrementAndGet();
          future.get(20, TimeUnit.SECONDS);
          ended.incrementAndGet();
        },
        Options.builder().handlerConcurrency(all).build());
    for (int i = 0; i < all; i++) {
      port.push("job");
    }
    await().atMost(Waiting.LIMIT).until(() -> waiting.get() == all);
    peer.ids.forEach(id -> requests.listener.reply(peer, id, new byte[0]));
    await().atMost(Duration.ofSeconds(10)).until(() -> ended.get() == all);
  }
}
