package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Execution;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Subscriber;
import dev.trefoil.spi.Capability;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Silent peers, interrupts, and user code that fails or takes its time. */
abstract class LifeRules extends Rules {
  LifeRules(TransportTest kit) {
    super(kit);
  }

  @Test
  void l3_shouldKeepAnIdleConnection() throws Exception {
    Events events = new Events();
    Requester<String, String> asks = near().requester(beating().peerListener(events));
    Replier<String, String> answers = far().replier(request -> request, beating());
    link(answers, asks);
    passMoreThanASilence();
    assertThat(events.of(Events.Kind.DISCONNECTED))
        .as("an idle but healthy connection must stay")
        .isEmpty();
    assertThat(asks.request("still there?")).isEqualTo("still there?");
  }

  @Test
  void l3_shouldNoticeASilentPeer() throws Exception {
    Endpoint fresh = kit.freshEndpoint();
    if (!has(Capability.HEARTBEATS) || !fresh.hasHost()) {
      // Nothing lies between the two sides that could go silent, or nothing would notice.
      l3_shouldKeepAnIdleConnection();
      return;
    }
    Events events = new Events();
    Replier<String, String> answers = far().replier(request -> request, options());
    Endpoint at = answers.bind(fresh);
    try (SilentProxy proxy = SilentProxy.to(at.port())) {
      Requester<String, String> asks = near().requester(beating().peerListener(events));
      asks.connect(at.withPort(proxy.port()));
      awaitPeers(asks, 1);
      assertThat(asks.request("there?")).isEqualTo("there?");
      proxy.goSilent();
      eventually(
          "a peer that went silent to be lost",
          () -> events.first(Events.Kind.DISCONNECTED).isPresent());
      assertThat(events.of(Events.Kind.DISCONNECTED).get(0).reason()).isEqualTo("HEARTBEAT");
      assertThat(near().measured("trefoil.heartbeats.missed")).isPositive();
      asks.close();
    }
  }

  @Test
  void l4_shouldLetInterruptedCallsGo() throws Exception {
    Replier<String, String> answers = far().replier(options());
    Requester<String, String> asks = near().requester(options());
    Pusher<String> pushes = near().pusher(options());
    Puller<String> pulls = far().puller(options());
    Publisher<String> publishes = near().publisher(options());
    Subscriber<String> wants = far().subscriber(options());
    link(answers, asks);
    Endpoint pushAt = bind(pushes);
    bind(publishes);
    List<Call<?>> waiting =
        List.of(
            call("receive()", wants::receive),
            call("receive(Duration)", () -> pulls.receive(limit().multipliedBy(3))),
            call("request", () -> asks.request("interrupted")),
            call("push", () -> pushed(pushes, "interrupted")),
            call("awaitSubscribers", () -> publishes.awaitSubscribers("", 1, limit())),
            call("awaitPeers", () -> pulls.awaitPeers(1, limit())));
    for (Call<?> call : waiting) {
      call.awaitBlocked(limit()).interrupt();
      assertThat(call.failure(SOON)).isInstanceOf(InterruptedException.class);
    }

    assertThat(asks.outstanding()).as("an interrupted request").isZero();
    assertThat(answers.receive(limit())).as("the interrupted request").isNotNull();
    CompletableFuture<String> reply = asks.requestAsync("usable?");
    present(answers.receive(limit()), "the next request").reply("usable");
    assertThat(reply).succeedsWithin(limit()).isEqualTo("usable");
    pulls.connect(pushAt);
    pushes.push("usable");
    assertThat(takeOne(pulls::receive).value())
        .as("the first message: an interrupted push was not taken")
        .isEqualTo("usable");
  }

  private static boolean pushed(Pusher<String> pushes, String value) throws InterruptedException {
    pushes.push(value);
    return true;
  }

  @Test
  void l4_shouldThrowWhenAlreadyInterrupted() throws Exception {
    Puller<String> pulls = near().puller(options());
    Requester<String, String> asks = near().requester(options());
    bind(asks);
    for (Call<?> call :
        List.of(
            call("receive", () -> interruptedFirst(() -> pulls.receive(limit()))),
            call("request", () -> interruptedFirst(() -> asks.request("?"))))) {
      assertThat(call.failure(SOON)).isInstanceOf(InterruptedException.class);
    }
  }

  private static <T extends @org.jspecify.annotations.Nullable Object> T interruptedFirst(
      java.util.concurrent.Callable<T> body) throws Exception {
    Thread.currentThread().interrupt();
    return body.call();
  }

  @Test
  void l5_shouldSurviveHandlersThatThrow() throws Exception {
    List<String> got = new CopyOnWriteArrayList<>();
    Puller<String> pulls =
        far()
            .puller(
                delivery -> {
                  if (delivery.value().startsWith("bad")) {
                    throw new IllegalStateException("cannot take " + delivery.value());
                  }
                  if (delivery.value().startsWith("worse")) {
                    throw new AssertionError("not even an exception");
                  }
                  got.add(delivery.value());
                },
                options());
    Pusher<String> pushes = near().pusher(options());
    link(pulls, pushes);
    for (String value : List.of("bad 1", "good 1", "worse", "bad 2", "good 2")) {
      pushes.push(value);
    }
    eventually("the good ones to be handled", () -> got.size() == 2);
    assertThat(got).containsExactly("good 1", "good 2");
    eventuallyMeasured(3, far(), "trefoil.handler", "outcome", "error");
  }

  @Test
  void l5_shouldSurviveListenersThatThrow() throws Exception {
    AtomicInteger told = new AtomicInteger();
    PeerListener throwing =
        new PeerListener() {
          @Override
          public void connected(Peer peer) {
            told.incrementAndGet();
            throw new IllegalStateException("a listener that throws");
          }

          @Override
          public void disconnected(Peer peer, DisconnectReason reason, String detail) {
            told.incrementAndGet();
            throw new AssertionError("a listener that throws an error");
          }
        };
    Replier<String, String> answers =
        far().replier(request -> request, options().peerListener(throwing));
    Requester<String, String> asks = near().requester(options().peerListener(throwing));
    Endpoint at = link(answers, asks);
    assertThat(asks.request("1")).isEqualTo("1");
    asks.disconnect(at);
    awaitNoPeers(answers);
    asks.connect(at);
    awaitPeers(asks, 1);
    assertThat(asks.request("2")).isEqualTo("2");
    eventually("every event to be told on both sides", () -> told.get() == 6);
  }

  @Test
  void l5_shouldSurviveCallbacksOfFuturesThatThrow() throws Exception {
    Replier<String, String> answers = far().replier(request -> request, options());
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    CompletableFuture<String> broken =
        asks.requestAsync("1")
            .thenApply(
                value -> {
                  throw new IllegalStateException("a callback that throws");
                });
    assertThat(broken).failsWithin(limit());
    assertThat(asks.request("2")).isEqualTo("2");
  }

  @Test
  void l5_shouldNotLetABlockedHandlerHoldUpOtherRoles() throws Exception {
    Gate gate = gate();
    List<String> got = new CopyOnWriteArrayList<>();
    Pusher<String> pushes = near().pusher(options());
    Puller<String> stuck = far().puller(delivery -> gate.pass(), options());
    link(stuck, pushes);
    for (int i = 0; i < 10; i++) {
      pushes.push("stuck " + i);
    }
    gate.awaitArrived(1, limit());
    Pusher<String> other = near().pusher(options());
    link(far().puller(delivery -> got.add(delivery.value()), options()), other);
    for (int i = 0; i < 10; i++) {
      other.push("free " + i);
    }
    eventually("a role beside a blocked one to get its messages", () -> got.size() == 10);
    assertThat(gate.arrived()).as("handlers of the blocked role that run").isEqualTo(1);
  }

  @Test
  void l5_shouldRunHandlersOnTheUsersExecutor() throws Exception {
    ExecutorService executor =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "users own"));
    try {
      Side mine = side("mine", builder -> builder.handlerExecutor(executor));
      assertHandledBy(mine, Execution.EXECUTOR, "users own");
    } finally {
      executor.shutdown();
      assertThat(executor.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void l5_shouldRunHandlersInline() throws Exception {
    assertHandledBy(far(), Execution.INLINE, "trefoil-");
  }

  private void assertHandledBy(Side side, Execution execution, String thread) throws Exception {
    List<String> threads = new CopyOnWriteArrayList<>();
    Replier<String, String> answers =
        side.replier(
            request -> {
              threads.add(Thread.currentThread().getName());
              return request;
            },
            options().execution(execution));
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    for (int i = 0; i < 5; i++) {
      assertThat(asks.request("" + i)).isEqualTo("" + i);
    }
    assertThat(threads)
        .as("threads that ran the handler")
        .allMatch(name -> name.startsWith(thread));
    asks.close();
    answers.close();
  }

  @Test
  void l5_shouldTellListenersOneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    PeerListener listener =
        new PeerListener() {
          @Override
          public void connected(Peer peer) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            inside.decrementAndGet();
            told.incrementAndGet();
          }
        };
    Publisher<String> publishes = far().publisher(options().peerListener(listener));
    Endpoint at = bind(publishes);
    for (int i = 0; i < 10; i++) {
      near().subscriber(options()).connect(at);
    }
    eventually("ten peers to be told", () -> told.get() == 10);
    assertThat(most).as("calls of one role's listener at the same time").hasValue(1);
  }
}
