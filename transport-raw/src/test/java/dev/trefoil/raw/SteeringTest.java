package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Endpoint;
import dev.trefoil.Execution;
import dev.trefoil.Idle;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.SendResult;
import dev.trefoil.Subscriber;
import dev.trefoil.TimedOutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that wait do the I/O for others: nothing is lost, late or out of order by that. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SteeringTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /**
   * Far less than the waits that a deadline or a close ends, and more than a busy machine takes.
   */
  private static final long SOON = LIMIT.dividedBy(2).toNanos();

  private static final String ANYWHERE = "raw://127.0.0.1:0";

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() throws Exception {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private static void join(List<? extends Future<?>> all) throws Exception {
    for (Future<?> each : all) {
      each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static ConditionFactory eventually() {
    return await().atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  private static void think(SplittableRandom random) {
    if (random.nextInt(8) == 0) {
      LockSupport.parkNanos(random.nextInt(600_000));
    }
  }

  private Callable<Void> asks(Requester<String, String> requester, String who, int times) {
    return () -> {
      SplittableRandom random = new SplittableRandom(who.hashCode());
      for (int i = 0; i < times; i++) {
        String text = who + " " + i;
        assertThat(requester.request(text, LIMIT)).isEqualTo("re: " + text);
        think(random);
      }
      return null;
    };
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1500, PARK", "1, 4, 1000, PARK", "4, 4, 1000, PARK", "1, 2, 50, SPIN"})
  void manyThreadsAskAtOnce(int ioThreads, int callers, int times, Idle idle) throws Exception {
    try (Messaging messaging = Messaging.builder().ioThreads(ioThreads).idle(idle).build();
        Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
        Requester<String, String> one = messaging.requester(Codec.utf8(), Codec.utf8());
        Requester<String, String> two = messaging.requester(Codec.utf8(), Codec.utf8())) {
      Endpoint at = replier.bind(ANYWHERE);
      one.connect(at);
      two.connect(at);
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        all.add(threads.submit(asks(i % 2 == 0 ? one : two, "caller" + i, times)));
      }
      join(all);
      assertThat(one.outstanding() + two.outstanding()).isZero();
    }
  }

  @Test
  void handlersThatAskOnTheSameMessagingGetTheirReplies() throws Exception {
    try (Messaging messaging = Messaging.builder().ioThreads(1).build();
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8());
        Replier<String, String> replier =
            messaging.replier(
                Codec.utf8(),
                Codec.utf8(),
                text ->
                    text.startsWith("+")
                        ? requester.request(text.substring(1), LIMIT)
                        : "re: " + text)) {
      requester.connect(replier.bind(ANYWHERE));
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String who = "caller" + i;
        all.add(
            threads.submit(
                () -> {
                  for (int n = 0; n < 500; n++) {
                    String text = who + " " + n;
                    assertThat(requester.request("+".repeat(n % 4) + text, LIMIT))
                        .isEqualTo("re: " + text);
                  }
                  return null;
                }));
      }
      join(all);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aDeadlineIsKeptWhileAStreamComesInOnTheSameLoop(int ioThreads) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    try (Messaging far = Messaging.create();
        Messaging messaging = Messaging.builder().ioThreads(ioThreads).build();
        Puller<byte[]> puller = messaging.puller(Codec.bytes(), delivery -> {});
        Pusher<byte[]> pusher = far.pusher(Codec.bytes());
        Replier<String, String> deaf =
            far.replier(
                Codec.utf8(),
                Codec.utf8(),
                text -> {
                  never.await();
                  return text;
                });
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      pusher.connect(puller.bind(ANYWHERE));
      requester.connect(deaf.bind(ANYWHERE));
      assertThat(requester.awaitPeers(1, LIMIT)).isTrue();
      Future<Void> stream =
          threads.submit(
              () -> {
                byte[] body = new byte[200];
                while (!over.get()) {
                  pusher.push(body);
                }
                return null;
              });
      for (int i = 0; i < 15; i++) {
        long start = System.nanoTime();
        assertThatThrownBy(() -> requester.request("?", Duration.ofMillis(50)))
            .isInstanceOf(TimedOutException.class);
        assertThat(System.nanoTime() - start).isBetween(50_000_000L, SOON);
      }
      over.set(true);
      stream.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      never.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "request"})
  void closingEndsTheWaitOfWhoSteers(String how) throws Exception {
    for (int i = 0; i < 30; i++) {
      Messaging messaging = Messaging.builder().ioThreads(1).build();
      Messaging far = how.equals("request") ? Messaging.create() : messaging;
      Replier<String, String> silent = far.replier(Codec.utf8(), Codec.utf8());
      Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8());
      requester.connect(silent.bind(ANYWHERE));
      AtomicInteger waits = new AtomicInteger();
      Future<?> waiter =
          threads.submit(
              () -> {
                while (true) {
                  waits.incrementAndGet();
                  if (how.equals("request")) {
                    try {
                      requester.request("?", Duration.ofMillis(2));
                    } catch (TimedOutException e) {
                      requester.request("?", LIMIT);
                    }
                  } else {
                    silent.receive(LIMIT);
                  }
                }
              });
      eventually().until(() -> waits.get() > 0);
      LockSupport.parkNanos(1_000_000L * (i % 6));
      long start = System.nanoTime();
      messaging.close();
      assertThatThrownBy(() -> waiter.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .hasCauseInstanceOf(ClosedException.class);
      assertThat(System.nanoTime() - start).isLessThan(SOON);
      far.close();
    }
    eventually().until(() -> ioThreads() == 0);
  }

  private static long ioThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("-raw-io-"))
        .count();
  }

  @Test
  void anInterruptOfWhoSteersHarmsNobodyElse() throws Exception {
    try (Messaging messaging = Messaging.builder().ioThreads(1).build();
        Puller<String> idle = messaging.puller(Codec.utf8());
        Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8());
        Pusher<String> pusher = messaging.pusher(Codec.utf8())) {
      requester.connect(replier.bind(ANYWHERE));
      pusher.connect(idle.bind(ANYWHERE));
      Future<Void> asking = threads.submit(asks(requester, "asker", 1_000));
      SplittableRandom random = new SplittableRandom(7);
      AtomicInteger interrupts = new AtomicInteger();
      do {
        Thread waiter =
            new Thread(
                () -> {
                  try {
                    idle.receive(LIMIT);
                  } catch (InterruptedException e) {
                    interrupts.incrementAndGet();
                  }
                });
        waiter.start();
        LockSupport.parkNanos(random.nextInt(3_000_000));
        waiter.interrupt();
        waiter.join(LIMIT.toMillis());
        assertThat(waiter.isAlive()).isFalse();
      } while (!asking.isDone());
      asking.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(interrupts.get()).isPositive();
      pusher.push("still there");
      Delivery<String> last = idle.receive(LIMIT);
      assertThat(last).isNotNull();
    }
  }

  @Test
  void inlineHandlersNeverRunOnAWaitingThread() throws Exception {
    Options inline = Options.builder().execution(Execution.INLINE).build();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    try (Messaging far = Messaging.create();
        Messaging messaging = Messaging.builder().ioThreads(2).build();
        Replier<String, String> replier =
            far.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
        Publisher<String> publisher = far.publisher(Codec.utf8());
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      requester.connect(replier.bind(ANYWHERE));
      Endpoint news = publisher.bind(ANYWHERE);
      Future<Void> asking = threads.submit(asks(requester, "asker", 3_000));
      Future<Void> publishing =
          threads.submit(
              () -> {
                while (!asking.isDone()) {
                  publisher.publish("t", "news");
                }
                return null;
              });
      while (!asking.isDone()) {
        AtomicInteger heard = new AtomicInteger();
        try (Subscriber<String> subscriber =
            messaging.subscriber(
                Codec.utf8(),
                delivery -> {
                  heard.incrementAndGet();
                  String name = Thread.currentThread().getName();
                  if (!name.contains("-raw-io-")) {
                    wrong.add(name);
                  }
                },
                inline)) {
          subscriber.subscribe("");
          subscriber.connect(news);
          eventually().until(() -> heard.get() > 10 || asking.isDone());
        }
      }
      join(List.of(asking, publishing));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void aUsersSingleThreadRunsHandlersWhileAnotherAsks() throws Exception {
    ExecutorService single = Executors.newSingleThreadExecutor();
    try (Messaging messaging = Messaging.builder().ioThreads(1).handlerExecutor(single).build();
        Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      requester.connect(replier.bind(ANYWHERE));
      join(
          List.of(
              threads.submit(asks(requester, "a", 1_000)),
              threads.submit(asks(requester, "b", 1_000))));
      assertThat(requester.requestAsync("last").get(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo("re: last");
    } finally {
      single.shutdownNow();
    }
  }

  @Test
  void rolesThatComeAndGoLeaveTheOthersAtWork() throws Exception {
    try (Messaging messaging = Messaging.builder().ioThreads(2).build();
        Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      Endpoint at = replier.bind(ANYWHERE);
      requester.connect(at);
      Future<Void> asking = threads.submit(asks(requester, "asker", 3_000));
      while (!asking.isDone()) {
        try (Puller<String> puller = messaging.puller(Codec.utf8());
            Pusher<String> pusher = messaging.pusher(Codec.utf8())) {
          pusher.connect(puller.bind(ANYWHERE));
          CountDownLatch received = new CountDownLatch(1);
          Future<?> waiter =
              threads.submit(
                  () -> {
                    assertThat(puller.receive(LIMIT)).isNotNull();
                    received.countDown();
                    assertThatThrownBy(() -> puller.receive(LIMIT))
                        .isInstanceOf(ClosedException.class);
                    return null;
                  });
          eventually().until(() -> pusher.tryPush("m") == SendResult.SENT);
          assertThat(received.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
          puller.close();
          waiter.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
      }
      asking.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
