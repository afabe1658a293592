package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Idle;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads that receive do the I/O: of a stream nothing is lost, doubled or out of order by that.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SteeringStreamsTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
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

  private static void inOrder(Map<String, Integer> seen, String value) {
    int gap = value.indexOf(' ');
    String who = value.substring(0, gap);
    int number = Integer.parseInt(value.substring(gap + 1));
    Integer before = seen.put(who, number);
    assertThat(number).as("the next of " + who).isEqualTo(before == null ? 0 : before + 1);
  }

  private List<Future<Void>> push(List<Pusher<String>> pushers, int times) {
    List<Future<Void>> all = new ArrayList<>();
    for (int p = 0; p < pushers.size(); p++) {
      Pusher<String> pusher = pushers.get(p);
      String who = "p" + p;
      all.add(
          threads.submit(
              () -> {
                SplittableRandom random = new SplittableRandom(who.hashCode());
                for (int i = 0; i < times; i++) {
                  pusher.push(who + " " + i);
                  if (random.nextInt(300) == 0) {
                    LockSupport.parkNanos(random.nextInt(500_000));
                  }
                }
                return null;
              }));
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"1, 1000, PARK", "4, 1000, PARK", "4, 40, PARK", "4, 3, PARK", "2, 1000, SPIN"})
  void whatOneConnectionBringsStaysInOrder(int ioThreads, int room, Idle idle) throws Exception {
    int times = 6_000;
    Options small = Options.builder().receiveQueueMessages(room).build();
    try (Messaging far = Messaging.builder().ioThreads(1).build();
        Messaging messaging = Messaging.builder().ioThreads(ioThreads).idle(idle).build();
        Puller<String> puller = messaging.puller(Codec.utf8(), small)) {
      List<Pusher<String>> pushers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        // By dialling from here each connection gets a loop of its own here.
        Pusher<String> pusher = far.pusher(Codec.utf8());
        puller.connect(pusher.bind(ANYWHERE));
        pushers.add(pusher);
      }
      List<Future<Void>> all = push(pushers, times);
      Map<String, Integer> seen = new HashMap<>();
      for (int i = 0; i < 4 * times; i++) {
        Delivery<String> next = puller.receive(LIMIT);
        assertThat(next).as("message " + i + " of all, after " + seen).isNotNull();
        inOrder(seen, next.value());
      }
      join(all);
      pushers.forEach(Pusher::close);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1000", "4, 1000", "4, 5"})
  void severalThreadsReceiveEachMessageOnce(int ioThreads, int room) throws Exception {
    int times = 4_000;
    Options small = Options.builder().receiveQueueMessages(room).build();
    List<String> got = Collections.synchronizedList(new ArrayList<>());
    try (Messaging far = Messaging.builder().ioThreads(1).build();
        Messaging messaging = Messaging.builder().ioThreads(ioThreads).build();
        Puller<String> puller = messaging.puller(Codec.utf8(), small)) {
      List<Pusher<String>> pushers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Pusher<String> pusher = far.pusher(Codec.utf8());
        puller.connect(pusher.bind(ANYWHERE));
        pushers.add(pusher);
      }
      AtomicInteger left = new AtomicInteger(3 * times);
      List<Future<Void>> all = push(pushers, times);
      for (int t = 0; t < 3; t++) {
        boolean impatient = t == 0;
        all.add(
            threads.submit(
                () -> {
                  while (left.get() > 0) {
                    Delivery<String> next = puller.receive(Duration.ofMillis(impatient ? 1 : 20));
                    if (next != null) {
                      left.decrementAndGet();
                      got.add(next.value());
                    }
                  }
                  return null;
                }));
      }
      join(all);
      assertThat(got).hasSize(3 * times).doesNotHaveDuplicates();
      pushers.forEach(Pusher::close);
    }
  }

  @Test
  void aPausedWireGoesOnWhoeverHasTheHelm() throws Exception {
    int times = 20_000;
    Options small = Options.builder().receiveQueueMessages(64).build();
    try (Messaging far = Messaging.create();
        Messaging messaging = Messaging.builder().ioThreads(1).build();
        Puller<String> puller = messaging.puller(Codec.utf8(), small);
        Pusher<String> pusher = far.pusher(Codec.utf8());
        Replier<String, String> replier =
            far.replier(Codec.utf8(), Codec.utf8(), text -> "re: " + text);
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      requester.connect(replier.bind(ANYWHERE));
      pusher.connect(puller.bind(ANYWHERE));
      List<Future<Void>> all = push(List.of(pusher), times);
      AtomicBoolean over = new AtomicBoolean();
      Future<Void> asking =
          threads.submit(
              () -> {
                while (!over.get()) {
                  assertThat(requester.request("x", LIMIT)).isEqualTo("re: x");
                }
                return null;
              });
      SplittableRandom random = new SplittableRandom(3);
      Map<String, Integer> seen = new HashMap<>();
      for (int i = 0; i < times; i++) {
        Delivery<String> next = puller.receive(LIMIT);
        assertThat(next).as("message " + i).isNotNull();
        inOrder(seen, next.value());
        if (random.nextInt(100) == 0) {
          LockSupport.parkNanos(random.nextInt(2_000_000));
        }
      }
      over.set(true);
      join(all);
      asking.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void acknowledgementsComeBackWhileSeveralPushAndReceive() throws Exception {
    Options sure = Options.builder().assurance(Assurance.AT_LEAST_ONCE).build();
    int times = 4_000;
    try (Messaging messaging = Messaging.builder().ioThreads(2).build();
        Puller<String> puller = messaging.puller(Codec.utf8(), sure);
        Pusher<String> pusher = messaging.pusher(Codec.utf8(), sure)) {
      pusher.connect(puller.bind(ANYWHERE));
      AtomicInteger left = new AtomicInteger(3 * times);
      AtomicInteger again = new AtomicInteger();
      List<Future<Void>> all = push(List.of(pusher, pusher, pusher), times);
      for (int t = 0; t < 2; t++) {
        all.add(
            threads.submit(
                () -> {
                  while (left.get() > 0) {
                    Delivery<String> next = puller.receive(Duration.ofMillis(5));
                    if (next != null) {
                      if (next.attempt() == 1) {
                        left.decrementAndGet();
                      } else {
                        again.incrementAndGet();
                      }
                      next.acknowledge();
                    }
                  }
                  return null;
                }));
      }
      join(all);
      assertThat(pusher.awaitAcknowledged(LIMIT)).isTrue();
      assertThat(pusher.unacknowledged()).isZero();
      assertThat(again.get()).as("sent again").isZero();
    }
  }
}
