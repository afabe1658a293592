package dev.trefoil.inproc;

import static dev.trefoil.inproc.Bench.bytes;
import static dev.trefoil.inproc.Bench.join;
import static dev.trefoil.inproc.Bench.options;
import static dev.trefoil.inproc.Recorder.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.inproc.Bench.Opened;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.SubscribePort;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class InprocPublishTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  private final Bench bench = new Bench();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Opened<PublishPort> publisher = bench.publisher();
  private final Opened<SubscribePort> subscriber = bench.subscriber();

  @AfterEach
  void closeAll() {
    bench.close();
    threads.shutdownNow();
    assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
  }

  private void awaitSubscribers(int count, String topic) {
    eventually().until(() -> publisher.port().subscribers(bytes(topic)) == count);
  }

  private int publish(String topic, String body) throws InterruptedException {
    return publisher.port().publish(bytes(topic), bytes(body), 0);
  }

  /** A publisher with a queue of three, whose one subscriber has paused with nothing queued. */
  private void stalled(Overflow overflow) throws InterruptedException {
    Options.Builder options = options().sendQueueMessages(3).overflow(overflow);
    publisher = bench.publisher(options.build());
    subscriber.port().subscribe(bytes(""));
    join(publisher, subscriber);
    awaitSubscribers(1, "");
    subscriber.heard().reading = false;
    assertThat(publish("t", "0")).isEqualTo(1);
    subscriber.heard().awaitEvent("message t 0");
  }

  private void resume() {
    subscriber.heard().reading = true;
    subscriber.port().resume();
  }

  @Test
  void onlyWhatWasSubscribedToIsSent() throws Exception {
    subscriber.port().subscribe(bytes("a"));
    join(publisher, subscriber);
    awaitSubscribers(1, "apple");
    subscriber.port().subscribe(bytes("apple"));
    subscriber.port().subscribe(bytes("b"));
    awaitSubscribers(1, "b");

    assertThat(publish("apple", "1")).isEqualTo(1);
    assertThat(publish("c", "2")).isZero();
    assertThat(publish("banana", "3")).isEqualTo(1);
    subscriber.port().unsubscribe(bytes("a"));
    awaitSubscribers(0, "a");
    assertThat(publish("avocado", "4")).isZero();
    assertThat(publish("apple", "5")).isEqualTo(1);

    subscriber.heard().awaitEvent("message apple 5 0");
    assertThat(subscriber.heard().events.stream().filter(event -> event.startsWith("message")))
        .containsExactly("message apple 1 0", "message banana 3 0", "message apple 5 0");
    assertThat(publisher.heard().count("subscriptionsChanged")).isGreaterThanOrEqualTo(3);
    assertThat(publisher.metrics().drops()).isZero();
  }

  @Test
  void subscriptionsAreThereAgainAfterAReconnect() throws Exception {
    subscriber.port().subscribe(bytes("kept"));
    publisher.bind("inproc://comes-back");
    subscriber.port().connect(Endpoint.of("inproc://comes-back"));
    awaitSubscribers(1, "kept");
    publisher.close(Duration.ZERO);
    publisher = bench.publisher();
    publisher.bind("inproc://comes-back");

    awaitSubscribers(1, "kept");
    publish("kept", "still");
    subscriber.heard().awaitEvent("message kept still");
  }

  @Test
  void aSubscriberThatBindsIsFilteredForAsWell() throws Exception {
    subscriber.port().subscribe(bytes("x"));
    join(subscriber, publisher);
    awaitSubscribers(1, "x");

    assertThat(publish("y", "1")).isZero();
    assertThat(publish("x", "2")).isEqualTo(1);
    subscriber.heard().awaitEvent("message x 2 0");
  }

  @Test
  void aSubscriberThatGoesOrDrainsIsCountedNoMore() {
    subscriber.port().subscribe(bytes(""));
    Opened<SubscribePort> another = bench.subscriber();
    another.port().subscribe(bytes(""));
    another.port().connect(join(publisher, subscriber));
    awaitSubscribers(2, "");

    subscriber.port().quiesce();
    awaitSubscribers(1, "");
    another.close(Duration.ZERO);
    awaitSubscribers(0, "");
    publisher.heard().awaitEvent("peerDown GOODBYE");
    assertThat(publisher.heard().count("peerDown")).isEqualTo(1);
  }

  @Test
  void eachSubscriberGetsAnArrayOfItsOwnAndThePublisherMayReuseHis() throws Exception {
    subscriber.port().subscribe(bytes(""));
    Opened<SubscribePort> another = bench.subscriber();
    another.port().subscribe(bytes(""));
    another.port().connect(join(publisher, subscriber));
    awaitSubscribers(2, "");
    byte[] body = bytes("body");

    assertThat(publisher.port().publish(bytes("t"), body, 0)).isEqualTo(2);
    body[0] = 'X';
    byte[] one = Recorder.next(subscriber.heard().bodies);
    one[1] = 'Y';
    assertThat(another.heard().nextBody()).isEqualTo("body");
  }

  @Test
  void dropOldestKeepsTheNewestAndTellsTheGap() throws Exception {
    stalled(Overflow.DROP_OLDEST);
    for (int i = 1; i <= 10; i++) {
      assertThat(publish("t", "" + i)).isEqualTo(1);
    }
    resume();

    subscriber.heard().awaitEvent("message t 10");
    assertThat(subscriber.heard().events)
        .containsSubsequence("message t 0 0", "message t 8 7", "message t 9 0", "message t 10 0");
    assertThat(publisher.metrics().drops(Drop.OLDEST)).isEqualTo(7);
  }

  @Test
  void dropNewestKeepsTheOldestAndTellsTheGapBeforeTheNext() throws Exception {
    stalled(Overflow.DROP_NEWEST);
    for (int i = 1; i <= 10; i++) {
      assertThat(publish("t", "" + i)).isEqualTo(i <= 3 ? 1 : 0);
    }
    resume();
    subscriber.heard().awaitEvent("message t 3");
    publish("t", "next");

    subscriber.heard().awaitEvent("message t next 7");
    assertThat(subscriber.heard().events)
        .containsSubsequence("message t 1 0", "message t 2 0", "message t 3 0");
    assertThat(publisher.metrics().drops(Drop.NEWEST)).isEqualTo(7);
  }

  @Test
  void aSubscriberThatIsTooSlowIsDisconnectedAndMayComeBack() throws Exception {
    stalled(Overflow.DISCONNECT);
    for (int i = 1; i <= 3; i++) {
      assertThat(publish("t", "" + i)).isEqualTo(1);
    }
    assertThat(publish("t", "one too many")).isZero();

    publisher.heard().awaitEvent("peerDown SLOW_SUBSCRIBER");
    subscriber.heard().awaitEvent("peerDown CLOSED_BY_PEER closed by the peer: its queue was full");
    subscriber.heard().awaitEvents(2, "peerUp");
    assertThat(publisher.metrics().drops(Drop.CONNECTION_LOST)).isEqualTo(4);
    resume();
    awaitSubscribers(1, "t");
    publish("t", "welcome back");
    subscriber.heard().awaitEvent("message t welcome back 0");
  }

  @Test
  void aBlockedPublisherGoesOnWhenThereIsRoom() throws Exception {
    stalled(Overflow.BLOCK);
    Future<Integer> blocked = blockedPublish();

    resume();

    assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    subscriber.heard().awaitEvent("message t blocked 0");
    assertThat(publisher.metrics().drops()).isZero();
  }

  @Test
  void aBlockedPublisherGivesUpInTimeAndTheGapIsTold() throws Exception {
    stalled(Overflow.BLOCK);
    for (int i = 1; i <= 3; i++) {
      publish("t", "" + i);
    }

    long before = System.nanoTime();
    int queued =
        publisher.port().publish(bytes("t"), bytes("x"), TimeUnit.MILLISECONDS.toNanos(20));

    assertThat(queued).isZero();
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(20_000_000);
    assertThat(publisher.metrics().drops(Drop.BLOCKED)).isEqualTo(1);
    resume();
    subscriber.heard().awaitEvent("message t 3");
    publish("t", "after");
    subscriber.heard().awaitEvent("message t after 1");
  }

  @Test
  void aBlockedPublisherWakesWhenHeIsClosed() throws Exception {
    stalled(Overflow.BLOCK);
    Future<Integer> blocked = blockedPublish();

    publisher.close(Duration.ZERO);

    assertThat(blocked.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(publisher.metrics().drops(Drop.CLOSED)).isEqualTo(3);
  }

  @Test
  void aBlockedPublisherWakesWhenTheSubscriberGoes() throws Exception {
    stalled(Overflow.BLOCK);
    Future<Integer> blocked = blockedPublish();

    subscriber.close(Duration.ZERO);

    assertThat(blocked.get(10, TimeUnit.SECONDS)).isZero();
    publisher.heard().awaitEvent("peerDown GOODBYE");
    assertThat(publisher.metrics().drops(Drop.CONNECTION_LOST)).isEqualTo(3);
  }

  @Test
  void aBlockedPublisherCanBeInterruptedAndTheGapIsTold() throws Exception {
    stalled(Overflow.BLOCK);
    Future<Integer> blocked = blockedPublish();

    threads.shutdownNow();

    assertThatThrownBy(() -> blocked.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(publisher.metrics().drops(Drop.BLOCKED)).isEqualTo(1);
    resume();
    subscriber.heard().awaitEvent("message t 3");
    publish("t", "after");
    subscriber.heard().awaitEvent("message t after 1");
  }

  @Test
  void oneStalledSubscriberDelaysNobodyElse() throws Exception {
    stalled(Overflow.BLOCK);
    Opened<SubscribePort> lively = bench.subscriber();
    lively.port().subscribe(bytes(""));
    lively.port().connect(publisher.bind("inproc://*"));
    awaitSubscribers(2, "t");
    Future<Integer> blocked = blockedPublish();

    lively.heard().awaitEvent("message t blocked 0");
    assertThat(blocked.isDone()).isFalse();
    resume();
    assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo(2);
  }

  /** Fills the queue, and returns when a further publish waits for room. */
  private Future<Integer> blockedPublish() throws InterruptedException {
    for (int i = 1; i <= 3; i++) {
      publish("t", "" + i);
    }
    AtomicReference<Thread> waiting = new AtomicReference<>(Thread.currentThread());
    Future<Integer> blocked =
        threads.submit(
            () -> {
              waiting.set(Thread.currentThread());
              return publisher.port().publish(bytes("t"), bytes("blocked"), LONG);
            });
    eventually().until(() -> inPublish(waiting.get()));
    return blocked;
  }

  private static boolean inPublish(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING
        && Arrays.stream(thread.getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("publish"));
  }
}
