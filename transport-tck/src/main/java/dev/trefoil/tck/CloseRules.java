package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Assurance;
import dev.trefoil.ClosedException;
import dev.trefoil.DrainReport;
import dev.trefoil.Endpoint;
import dev.trefoil.Execution;
import dev.trefoil.Publisher;
import dev.trefoil.Puller;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import dev.trefoil.Requester;
import dev.trefoil.Role;
import dev.trefoil.SendResult;
import dev.trefoil.Subscriber;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Closing, and draining but for what is on its way. */
abstract class CloseRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int BYTES = 4096;

  CloseRules(TransportTest kit) {
    super(kit);
  }

  private Call<Boolean> close(AutoCloseable what) {
    return call(
        "close() of " + what,
        () -> {
          what.close();
          return true;
        });
  }

  private void closeWithinLinger(AutoCloseable what) throws Exception {
    try {
      close(what).result(LINGER.plus(SOON));
    } catch (AssertionFailedError e) {
      throw new AssertionFailedError(
          "close must return within the linger of "
              + LINGER
              + " and a little more, but "
              + e.getMessage());
    }
  }

  @Test
  void l1_shouldReturnWithinTheLinger() throws Exception {
    List<Role> roles =
        List.of(
            near().requester(options()),
            far().replier(options()),
            near().publisher(options()),
            far().subscriber(options()),
            near().pusher(options()),
            far().puller(options()));
    for (int i = 0; i < roles.size(); i += 2) {
      link(roles.get(i), roles.get(i + 1));
    }
    for (Role role : roles) {
      closeWithinLinger(role);
    }
  }

  @Test
  void l1_shouldReturnWithinTheLingerWithAPeerThatDoesNotRead() throws Exception {
    Pusher<String> pushes = near().pusher(tight());
    Puller<String> stuck = far().puller(tight());
    link(stuck, pushes);
    pushUntilFull(pushes, 0, BYTES);
    closeWithinLinger(pushes);
    closeWithinLinger(stuck);
  }

  @Test
  void l1_shouldCloseOnceWhoeverAsks() throws Exception {
    Replier<String, String> answers = far().replier(request -> request, options());
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    for (Role role : List.of(asks, answers)) {
      List<Call<Boolean>> closing = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        closing.add(close(role));
      }
      for (Call<Boolean> each : closing) {
        each.result(LINGER.plus(SOON).plus(SOON));
      }
      role.close();
    }
  }

  @Test
  void l1_shouldCloseFromAHandler() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    CompletableFuture<Puller<String>> self = new CompletableFuture<>();
    Puller<String> pulls =
        far()
            .puller(
                delivery -> {
                  handled.incrementAndGet();
                  self.get(limit().toMillis(), TimeUnit.MILLISECONDS).close();
                  closed.complete(true);
                },
                options());
    self.complete(pulls);
    Pusher<String> pushes = near().pusher(options());
    link(pulls, pushes);
    pushes.push("close yourself");
    assertThat(closed.get(limit().toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    awaitNoPeers(pushes);
    assertThat(handled).hasValue(1);
  }

  @Test
  void l1_shouldReleaseTheEndpoint() throws Exception {
    Replier<String, String> first = far().replier(request -> "first", options());
    Requester<String, String> asks = near().requester(options());
    Endpoint at = link(first, asks);
    for (int round = 0; round < 5; round++) {
      first.close();
      first = far().replier(request -> "next", options());
      assertThat(first.bind(at)).as("bind right after close").isEqualTo(at);
    }
    awaitPeers(asks, 1);
    assertThat(asks.idempotent().request("who?")).isEqualTo("next");
  }

  @Test
  void l1_shouldEndWaitingCalls() throws Exception {
    Replier<String, String> answers = far().replier(options());
    Requester<String, String> asks = near().requester(options());
    Pusher<String> pushes = near().pusher(options());
    Puller<String> pulls = far().puller(options());
    Publisher<String> publishes = near().publisher(options());
    Replier<String, String> idle = far().replier(options());
    link(answers, asks);
    bind(pushes);
    bind(pulls);
    bind(publishes);
    List<Call<?>> waiting =
        List.of(
            call("request", () -> asks.request("?")),
            call("receive of a request", idle::receive),
            call("receive(Duration)", () -> pulls.receive(limit().multipliedBy(3))),
            call("push", () -> pushed(pushes)),
            call("awaitSubscribers", () -> publishes.awaitSubscribers("", 1, limit())),
            call("awaitPeers", () -> publishes.awaitPeers(1, limit())));
    for (Call<?> call : waiting) {
      call.awaitBlocked(limit());
    }
    CompletableFuture<String> future = asks.requestAsync("??");
    List.of(asks, idle, pushes, pulls, publishes).forEach(Role::close);
    for (Call<?> call : waiting) {
      assertThat(call.failure(SOON)).isInstanceOf(ClosedException.class);
    }
    assertEndsClosed(future);
  }

  private static void assertEndsClosed(CompletableFuture<String> future) {
    assertThat(future)
        .failsWithin(SOON)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(ClosedException.class);
  }

  private static boolean pushed(Pusher<String> pushes) throws InterruptedException {
    pushes.push("?");
    return true;
  }

  @Test
  void l1_shouldRefuseWorkAfterClose() {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = near().replier(options());
    Publisher<String> publishes = near().publisher(options());
    Subscriber<String> wants = near().subscriber(options());
    Pusher<String> pushes = near().pusher(options());
    Puller<String> pulls = near().puller(options());
    Endpoint at = bind(answers);
    near().messaging().close();
    for (Role role : List.of(asks, answers, publishes, wants, pushes, pulls)) {
      assertClosed("bind", () -> role.bind(kit.freshEndpoint()));
      assertClosed("connect", () -> role.connect(at));
      assertClosed("awaitPeers", () -> role.awaitPeers(1, QUIET));
      assertThat(role.peers()).isEmpty();
      assertThat(role.unbind(at)).isFalse();
      assertThat(role.disconnect(at)).isFalse();
    }
    assertClosed("request", () -> asks.request("?"));
    assertClosed("receive", answers::receive);
    assertClosed("publish", () -> publishes.publish("t", "?"));
    assertClosed("subscribe", () -> wants.subscribe("t"));
    assertClosed("receive", () -> wants.receive(QUIET));
    assertClosed("push", () -> pushes.push("?"));
    assertClosed("receive", () -> pulls.receive(QUIET));
    assertThat(pushes.tryPush("?")).isEqualTo(SendResult.CLOSED);
    assertClosed("a new role", () -> near().requester(options()));
  }

  private static void assertClosed(
      String what, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).as("%s after close", what).isInstanceOf(ClosedException.class);
  }

  @Test
  void l1_shouldHandleNothingAfterClose() throws Exception {
    AtomicInteger handled = new AtomicInteger();
    Puller<String> pulls = far().puller(delivery -> handled.incrementAndGet(), options());
    Pusher<String> pushes = near().pusher(options());
    link(pulls, pushes);
    Call<Boolean> pushing =
        call(
            "pushing",
            () -> {
              while (pushes.tryPush("work") != SendResult.CLOSED) {
                Thread.onSpinWait();
              }
              return true;
            });
    eventually("work to be handled", () -> handled.get() > 100);
    pulls.close();
    // A handler that had started may still count; none starts any more.
    int before = handled.get();
    assertThat(pulls.peers()).isEmpty();
    Subscriber<String> pause = near().subscriber(options());
    assertQuiet(pause::receive, "nothing is published");
    assertThat(handled.get())
        .as("work handled after close returned")
        .isLessThanOrEqualTo(before + 1);
    pushes.close();
    pushing.result(limit());
  }

  @Test
  void l2_shouldFinishWhatIsInHand() throws Exception {
    Gate gate = gate();
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  gate.pass();
                  return "re: " + request;
                },
                options().handlerConcurrency(1));
    Events events = new Events();
    Requester<String, String> asks = near().requester(options().peerListener(events));
    link(answers, asks);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      replies.add(asks.requestAsync("" + i));
    }
    gate.awaitArrived(1, limit());
    eventuallyMeasured(2, far(), "trefoil.queue.depth", "role", "replier");
    Call<DrainReport> drain = call("drain", () -> answers.drain(limit()));
    drain.awaitBlocked(limit());
    gate.open();
    for (int i = 0; i < 3; i++) {
      assertThat(replies.get(i)).succeedsWithin(limit()).isEqualTo("re: " + i);
    }
    assertThat(drain.result(limit())).as("the report").isEqualTo(DrainReport.CLEAN);
    eventually("the peer to be told", () -> events.first(Events.Kind.DISCONNECTED).isPresent());
    String reason = events.of(Events.Kind.DISCONNECTED).get(0).reason();
    if (has(Capability.GOODBYE)) {
      assertThat(reason).as("with GOODBYE the reason that the peer sees").isEqualTo("GOODBYE");
    } else {
      assertThat(reason).isIn("CLOSED_BY_PEER", "RESET");
    }
  }

  @Test
  void l2_shouldFinishWhatIsInHandInline() throws Exception {
    Gate gate = gate();
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  gate.pass();
                  return "re: " + request;
                },
                options().execution(Execution.INLINE));
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    CompletableFuture<String> reply = asks.requestAsync("?");
    gate.awaitArrived(1, limit());
    Call<DrainReport> drain = call("drain", () -> answers.drain(limit()));
    drain.awaitBlocked(limit());
    gate.open();
    assertThat(reply).succeedsWithin(limit()).isEqualTo("re: ?");
    assertThat(drain.result(limit())).as("the report").isEqualTo(DrainReport.CLEAN);
  }

  @Test
  void l2_shouldReportWhatIsLeft() throws Exception {
    Replier<String, String> silent = far().replier(options());
    Requester<String, String> asks = near().requester(options());
    link(silent, asks);
    CompletableFuture<String> reply = asks.requestAsync("?");
    assertThat(silent.receive(limit())).as("the request").isNotNull();
    DrainReport report = asks.drain(SHORT);
    assertThat(report).isEqualTo(new DrainReport(0, 1, 0, 0));
    assertThat(report.isClean()).isFalse();
    assertEndsClosed(reply);
    assertClosed("request after drain", () -> asks.request("?"));
  }

  @Test
  void l2_shouldReportWhatIsUnhandled() throws Exception {
    Gate gate = gate();
    Puller<String> pulls = far().puller(delivery -> gate.pass(), options().handlerConcurrency(1));
    Pusher<String> pushes = near().pusher(options());
    link(pulls, pushes);
    for (int i = 0; i < 3; i++) {
      pushes.push("" + i);
    }
    gate.awaitArrived(1, limit());
    eventuallyMeasured(2, far(), "trefoil.queue.depth", "role", "puller");
    assertThat(far().messaging().drain(SHORT).unhandled()).as("unhandled").isEqualTo(3);
  }

  @Test
  void l2_shouldWaitForAcknowledgements() throws Exception {
    if (!has(Capability.AT_LEAST_ONCE)) {
      assertRefused(
          () -> near().pusher(options().assurance(Assurance.AT_LEAST_ONCE)),
          Capability.AT_LEAST_ONCE);
      return;
    }
    Gate gate = gate();
    Puller<String> pulls =
        far().puller(delivery -> gate.pass(), options().assurance(Assurance.AT_LEAST_ONCE));
    Pusher<String> patient = near().pusher(options().assurance(Assurance.AT_LEAST_ONCE));
    Pusher<String> hasty = near().pusher(options().assurance(Assurance.AT_LEAST_ONCE));
    Endpoint at = link(pulls, patient);
    patient.push("one");
    gate.awaitArrived(1, limit());
    hasty.connect(at);
    awaitPeers(hasty, 1);
    hasty.push("two");
    assertThat(hasty.drain(SHORT).unacknowledged()).as("unacknowledged").isEqualTo(1);
    Call<DrainReport> drain = call("drain", () -> patient.drain(limit()));
    drain.awaitBlocked(limit());
    assertThat(patient.tryPush("three")).as("new work while draining").isEqualTo(SendResult.CLOSED);
    gate.open();
    assertThat(drain.result(limit())).isEqualTo(DrainReport.CLEAN);
  }
}
