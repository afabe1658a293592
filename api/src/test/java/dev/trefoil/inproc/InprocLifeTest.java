package dev.trefoil.inproc;

import static dev.trefoil.inproc.Bench.bytes;
import static dev.trefoil.inproc.Bench.join;
import static dev.trefoil.inproc.Recorder.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.ClosedException;
import dev.trefoil.Endpoint;
import dev.trefoil.inproc.Bench.Opened;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class InprocLifeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Bench bench = new Bench();

  @AfterEach
  void nothingIsLeft() {
    bench.close();
    assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
    eventually().untilAsserted(() -> assertThat(loops()).isEmpty());
  }

  private static List<String> loops() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("trefoil-") && name.endsWith("-inproc"))
        .toList();
  }

  @Test
  void theThreadStartsWithTheFirstConnectionAndEndsWithTheTransport() {
    Opened<ReplyPort> replier = bench.replier();
    replier.bind("inproc://*");
    assertThat(loops()).isEmpty();

    join(replier, bench.requester());
    assertThat(loops()).containsExactlyInAnyOrder("trefoil-here-inproc", "trefoil-there-inproc");

    bench.here.close();
    // Closing waits for a thread that is held up, but not for ever.
    eventually().untilAsserted(() -> assertThat(loops()).containsExactly("trefoil-there-inproc"));
    bench.here.close();
  }

  @Test
  void aThousandRoundsOfOpeningAndClosingLeaveNothingBehind() {
    for (int i = 0; i < 1000; i++) {
      InprocTransport one = bench.transport("one");
      Opened<ReplyPort> replier = bench.replier();
      Opened<RequestPort> requester = bench.requester(one);
      Endpoint at = replier.bind("inproc://round");
      requester.port().connect(at);
      if (i % 2 == 0) {
        RequestPort.Target target = Recorder.next(requester.heard().requestTargets);
        assertThat(target.send(i, 1_000_000_000, bytes("x"))).isTrue();
      }
      if (i % 3 == 0) {
        requester.port().connect(Endpoint.of("inproc://nobody"));
      }
      (i % 4 < 2 ? replier : requester).close(SECOND);
      (i % 4 < 2 ? requester : replier).close(SECOND);
      one.close();
      assertThat(InprocNames.OF_THIS_JVM.names()).isEmpty();
      assertThat(replier.heard().count("AFTER") + requester.heard().count("AFTER")).isZero();
    }
    eventually().untilAsserted(() -> assertThat(loops()).containsExactly("trefoil-there-inproc"));
    assertThat(bench.pendingTimers()).isZero();
  }

  @Test
  void closeFreesTheNameAtOnceAlsoWhileItLingers() {
    Opened<PushPort> pusher = bench.pusher();
    Opened<PullPort> puller = bench.puller();
    puller.heard().reading = false;
    join(pusher, puller);
    Endpoint at = pusher.bind("inproc://mine");
    PushPort.Target target = Recorder.next(pusher.heard().pushTargets);
    target.send(bytes("pauses"));
    puller.heard().awaitEvent("message pauses");
    target.send(bytes("stuck"));

    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> closing = thread.submit(() -> pusher.port().close(Duration.ofSeconds(20)));
      eventually().until(() -> !InprocNames.OF_THIS_JVM.names().contains(at.name()));
      assertThat(closing.isDone()).isFalse();
      // A second close is not held up by the first, and cuts it short.
      assertThat(pusher.port().close(Duration.ZERO)).isEqualTo(1);
      eventually().until(closing::isDone);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void portsAndTransportsCloseAtOnceInAnyOrder() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 100; round++) {
        closeAtOnce(random, threads, "seed " + seed + ", round " + round);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void closeAtOnce(Random random, ExecutorService threads, String where)
      throws Exception {
    try (Bench both = new Bench()) {
      List<Opened<?>> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Opened<PullPort> puller = both.puller();
        Opened<PushPort> pusher = both.pusher();
        Opened<ReplyPort> replier = both.replier();
        Opened<RequestPort> requester = both.requester();
        pusher.port().connect(puller.bind("inproc://*"));
        replier.port().connect(requester.bind("inproc://*"));
        puller.heard().reading = random.nextBoolean();
        PushPort.Target target = Recorder.next(pusher.heard().pushTargets);
        for (int j = random.nextInt(100); j > 0; j--) {
          target.send(bytes("x"));
        }
        all.addAll(List.of(puller, pusher, replier, requester));
      }
      List<Runnable> closing = new ArrayList<>();
      all.forEach(opened -> closing.add(() -> opened.close(Duration.ofMillis(5))));
      if (random.nextInt(4) == 0) {
        closing.add(both.here::close);
        closing.add(both.there::close);
      }
      Collections.shuffle(closing, random);
      List<Future<?>> done = new ArrayList<>();
      closing.forEach(task -> done.add(threads.submit(task)));
      for (Future<?> each : done) {
        each.get(10, TimeUnit.SECONDS);
      }
      for (Opened<?> opened : all) {
        assertThat(opened.heard().count("AFTER")).as(where).isZero();
        assertThat(opened.heard().count("peerUp"))
            .as(where + " " + opened.heard().events)
            .isEqualTo(opened.heard().count("peerDown"));
      }
    }
  }

  @Test
  void aListenerMayCloseItsOwnPort() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    join(replier, requester);
    CountDownLatch closed = new CountDownLatch(1);
    requester.heard().onPeerDown =
        () -> {
          requester.close(SECOND);
          closed.countDown();
        };

    replier.close(SECOND);

    eventually().until(() -> closed.getCount() == 0);
    assertThat(requester.heard().count("AFTER")).isZero();
  }

  @Test
  void listenersMayCloseEachOthersPorts() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    Endpoint at = join(replier, requester);
    CountDownLatch closed = new CountDownLatch(2);
    requester.heard().onPeerDown =
        () -> {
          replier.port().close(Duration.ofMinutes(1));
          closed.countDown();
        };
    replier.heard().onPeerDown =
        () -> {
          requester.port().close(Duration.ofMinutes(1));
          closed.countDown();
        };

    requester.port().disconnect(at);

    eventually().until(() -> closed.getCount() == 0);
  }

  @Test
  void anInterruptedThreadClosesAllTheSameAndStaysInterrupted() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    join(replier, requester);
    Thread.currentThread().interrupt();
    try {
      requester.close(SECOND);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(requester.heard().count("peerDown LOCAL")).isEqualTo(1);
  }

  @Test
  void aTransportThatClosesTakesItsOpenPortsWithIt() {
    Opened<ReplyPort> replier = bench.replier();
    Opened<RequestPort> requester = bench.requester();
    Endpoint at = join(replier, requester);
    bench.there.close();

    requester.heard().awaitEvent("peerDown GOODBYE");
    requester.heard().awaitEvent("connectFailed nobody has bound " + at);
    assertThat(replier.port().close(SECOND)).isZero();
    assertThatThrownBy(bench::replier).isInstanceOf(ClosedException.class);
  }

  @Test
  void aPortBeforeTheStartIsAMistakeThatIsTold() {
    InprocTransport idle = new InprocTransport();
    assertThatThrownBy(() -> bench.requester(idle)).isInstanceOf(IllegalStateException.class);
    idle.close();
  }
}
