package dev.trefoil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.trefoil.internal.FakeTransport;
import dev.trefoil.internal.Waiting;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MessagingTest {
  private final FakeTransport transport = new FakeTransport();
  private final String name = "m" + System.identityHashCode(this);
  private final Messaging messaging = Messaging.builder().name(name).transport(transport).build();

  @AfterEach
  void close() {
    messaging.close();
  }

  private Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(each -> each.startsWith("trefoil-" + name + "-"))
        .collect(Collectors.toSet());
  }

  @Test
  void noThreadAndNoTransportStartsBeforeItIsNeeded() {
    messaging.requester(Codec.utf8(), Codec.utf8());
    messaging.puller(Codec.utf8(), delivery -> {});
    assertThat(threads()).isEmpty();
    assertThat(transport.starts).hasValue(0);
  }

  @Test
  void closingEndsEveryThread() {
    Requester<String, String> role = messaging.requester(Codec.utf8(), Codec.utf8());
    role.connect("fake://host:1");
    Puller<String> puller = messaging.puller(Codec.utf8(), delivery -> {});
    puller.bind("inproc://" + name);
    CompletableFuture<String> future = role.requestAsync("x");
    transport.last(FakeTransport.Requests.class).peerUp();
    assertThat(threads()).isNotEmpty();
    messaging.close();
    assertThat(future).isCompletedExceptionally();
    await().atMost(Waiting.LIMIT).until(() -> threads().isEmpty());
    assertThat(transport.closes).hasValue(1);
  }

  @Test
  void aDrainWithoutLimitFinishesWhatIsInHand() throws Exception {
    CountDownLatch drains = new CountDownLatch(1);
    CountDownLatch inHand = new CountDownLatch(1);
    Replier<String, String> replier =
        messaging.replier(
            Codec.utf8(),
            Codec.utf8(),
            request -> {
              inHand.countDown();
              assertThat(drains.await(10, TimeUnit.SECONDS)).isTrue();
              return request;
            });
    Requester<String, String> role = messaging.requester(Codec.utf8(), Codec.utf8());
    role.connect(replier.bind("inproc://*"));
    CompletableFuture<String> future = role.requestAsync("x", Waiting.LIMIT);
    assertThat(inHand.await(10, TimeUnit.SECONDS)).isTrue();
    Waiting.Running<DrainReport> report =
        Waiting.run(() -> messaging.drain(ChronoUnit.FOREVER.getDuration()));
    await()
        .atMost(Waiting.LIMIT)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> role.requestAsync("y"))
                    .isInstanceOf(ClosedException.class));
    drains.countDown();
    assertThat(future).succeedsWithin(Waiting.LIMIT).isEqualTo("x");
    assertThat(report.get()).isEqualTo(DrainReport.CLEAN);
  }

  @Test
  void theSchemesAreKnownAndAnUnknownOneListsThem() {
    assertThat(messaging.schemes()).contains("fake", "inproc").isSorted();
    assertThatThrownBy(() -> messaging.publisher(Codec.utf8()).connect("carrier-pigeon://roof:1"))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("'carrier-pigeon'")
        .hasMessageContaining(messaging.schemes().toString());
  }

  @Test
  void closingIsIdempotentAndMayBeCalledByManyAtOnce() throws Exception {
    messaging.puller(Codec.utf8()).bind("fake://host:1");
    List<Waiting.Running<Object>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(
          Waiting.run(
              () -> {
                messaging.close();
                assertThat(transport.closes).as("closed when close returns").hasValue(1);
                return this;
              }));
    }
    for (Waiting.Running<Object> each : all) {
      assertThat(each.get()).isNotNull();
    }
    messaging.close();
    assertThat(transport.ports.get(0).closes).hasValue(1);
    assertThatThrownBy(() -> messaging.puller(Codec.utf8()))
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("create a new one");
    assertThat(messaging.drain(Duration.ofSeconds(1))).isEqualTo(DrainReport.CLEAN);
  }

  @Test
  void anInterruptedCloseClosesAndKeepsTheInterrupt() {
    messaging.puller(Codec.utf8()).bind("fake://host:1");
    Thread.currentThread().interrupt();
    messaging.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(transport.closes).hasValue(1);
  }

  @Test
  void aLingerOfHundredsOfYearsIsNoOverflow() {
    Options forever = Options.builder().linger(Duration.ofSeconds(Long.MAX_VALUE)).build();
    messaging.puller(Codec.utf8(), forever).bind("fake://host:1");
    messaging.puller(Codec.utf8(), forever);
    messaging.close();
    assertThat(transport.closes).hasValue(1);
  }

  @Test
  void theUsersExecutorIsLeftRunning() throws Exception {
    ExecutorService own = Executors.newFixedThreadPool(1);
    try {
      CountDownLatch handled = new CountDownLatch(1);
      try (Messaging with = Messaging.builder().transport(transport).handlerExecutor(own).build()) {
        with.puller(Codec.utf8(), delivery -> handled.countDown()).bind("fake://host:1");
        transport.last(FakeTransport.Pulls.class).push("x");
        assertThat(handled.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      }
      assertThat(own.isShutdown()).isFalse();
    } finally {
      own.shutdownNow();
    }
  }

  @Test
  void aTransportThatCannotStartIsClosedAndSaysWhyEveryTime() {
    transport.onStart =
        () -> {
          throw new IllegalStateException("no selector");
        };
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> messaging.puller(Codec.utf8()).bind("fake://host:1"))
          .isInstanceOf(TrefoilException.class)
          .hasMessageContaining("fake could not be started")
          .hasMessageContaining("no selector");
    }
    assertThat(transport.starts).hasValue(1);
    messaging.close();
    assertThat(transport.closes).hasValue(1);
  }

  @Test
  void aDrainSumsUpItsRolesAndClosesAll() throws Exception {
    messaging.puller(Codec.utf8()).bind("fake://host:1");
    transport.last(FakeTransport.Pulls.class).push("a");
    Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8());
    requester.connect("fake://host:1");
    transport.last(FakeTransport.Requests.class).unsentAtClose = 2;
    CompletableFuture<String> unsent = requester.requestAsync("x");
    assertThat(messaging.drain(Duration.ofMillis(5))).isEqualTo(new DrainReport(3, 0, 0, 1));
    assertThat(unsent).isCompletedExceptionally();
    assertThat(transport.closes).hasValue(1);
  }

  @Test
  void anInterruptedDrainClosesAll() throws Exception {
    messaging.puller(Codec.utf8()).bind("fake://host:1");
    transport.last(FakeTransport.Pulls.class).push("a");
    Waiting.Running<DrainReport> drain =
        Waiting.run(() -> messaging.drain(Duration.ofSeconds(20))).untilItWaits();
    drain.thread.interrupt();
    assertThat(drain.error()).isInstanceOf(InterruptedException.class);
    assertThat(transport.closes).hasValue(1);
  }

  @Test
  void futuresEndAlsoWhenEveryHandlerThreadIsStuckAtTheEnd() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    int many = 200;
    Options busy = Options.builder().handlerConcurrency(many).linger(Duration.ZERO).build();
    messaging.puller(Codec.utf8(), delivery -> never.await(), busy).bind("fake://host:1");
    FakeTransport.Pulls pulls = transport.last(FakeTransport.Pulls.class);
    for (int i = 0; i < many; i++) {
      pulls.push("x");
    }
    Requester<String, String> role = messaging.requester(Codec.utf8(), Codec.utf8());
    role.connect("fake://host:1");
    CompletableFuture<String> future = role.requestAsync("x");
    messaging.close();
    await().atMost(Waiting.LIMIT).until(future::isCompletedExceptionally);
  }

  @Test
  void builderAndRolesRefuseNullsInPlainWords() {
    Messaging.Builder builder = Messaging.builder();
    assertThatThrownBy(() -> builder.name(" ")).hasMessage("name must not be blank");
    assertThatThrownBy(() -> builder.ioThreads(0)).hasMessageContaining("ioThreads");
    assertThatThrownBy(() -> builder.idle(null)).hasMessage("idle must not be null");
    assertThatThrownBy(() -> builder.options(null)).hasMessage("options must not be null");
    assertThatThrownBy(() -> builder.transport(null)).hasMessage("transport must not be null");
    assertThatThrownBy(() -> messaging.puller(null)).hasMessage("a codec must not be null");
    assertThatThrownBy(() -> messaging.puller(Codec.utf8(), (Options) null))
        .hasMessage("the options must not be null");
    assertThatThrownBy(() -> messaging.puller(Codec.utf8(), (Handler<String>) null))
        .hasMessageContaining("the handler must not be null");
  }
}
