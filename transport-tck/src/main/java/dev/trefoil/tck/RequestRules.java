package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trefoil.Endpoint;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.Requester;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Requests and their replies, deadlines, and requests that were given up. */
abstract class RequestRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(200);

  RequestRules(TransportTest kit) {
    super(kit);
  }

  /** Receives so many requests, in the order in which they came. */
  final List<Request<String, String>> receive(Replier<String, String> answers, int count)
      throws InterruptedException {
    List<Request<String, String>> requests = new ArrayList<>();
    while (requests.size() < count) {
      @Nullable Request<String, String> request = answers.receive(limit());
      if (request == null) {
        throw new AssertionFailedError(
            "only " + requests.size() + " of " + count + " requests came within " + limit());
      }
      requests.add(request);
    }
    return requests;
  }

  @Test
  void r1_shouldAnswerWhenTheReplierBinds() throws Exception {
    Requester<String, String> asks = near().requester(options());
    link(far().replier(request -> "re: " + request, options()), asks);
    assertThat(asks.request("hello")).isEqualTo("re: hello");
    assertThat(asks.request("")).as("the reply to an empty request").isEqualTo("re: ");
  }

  @Test
  void r1_shouldAnswerWhenTheRequesterBinds() throws Exception {
    Requester<String, String> asks = near().requester(options());
    link(asks, far().replier(request -> "re: " + request, options()));
    assertThat(asks.request("hello")).isEqualTo("re: hello");
  }

  @Test
  void r1_shouldLoseNoReplyOfABurst() throws Exception {
    // More bytes than a send queue holds by default, all asked for before the first one is read.
    String large = "x".repeat(512 * 1024);
    Requester<String, String> asks = near().requester(options());
    link(far().replier(request -> request + large, options()), asks);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      replies.add(asks.requestAsync(i + ":"));
    }
    for (int i = 0; i < replies.size(); i++) {
      assertThat(soon(replies.get(i)).startsWith(i + ":"))
          .as("the reply to request %s", i)
          .isTrue();
    }
    assertThat(far().dropped("reply_queue_full")).as("replies dropped").isZero();
  }

  @Test
  void r1_shouldGiveEachCallerItsOwnReply() throws Exception {
    Replier<String, String> answers = far().replier(request -> "re: " + request, options());
    Requester<String, String> one = near().requester(options());
    Requester<String, String> two = near().requester(options());
    link(answers, one, two);
    List<Call<Boolean>> callers = new ArrayList<>();
    for (int caller = 0; caller < 4; caller++) {
      String name = "caller " + caller;
      Requester<String, String> asks = caller % 2 == 0 ? one : two;
      callers.add(call(name, () -> askMany(asks, name)));
    }
    for (Call<Boolean> caller : callers) {
      caller.result(limit().multipliedBy(2));
    }
    // A caller may be back before the thread that brought its reply has cleared up behind it.
    eventually("no request to be outstanding", () -> one.outstanding() + two.outstanding() == 0);
  }

  private static boolean askMany(Requester<String, String> asks, String name) throws Exception {
    for (int i = 0; i < 50; i++) {
      String request = name + " asks " + i;
      assertThat(asks.request(request))
          .as("a reply must reach the caller that asked '%s', and no other", request)
          .isEqualTo("re: " + request);
    }
    return true;
  }

  @Test
  void r1_shouldMatchRepliesInAnyOrder() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(options());
    link(answers, asks);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      replies.add(asks.requestAsync("request " + i));
    }
    assertThat(asks.outstanding()).isEqualTo(20);
    List<Request<String, String>> requests = receive(answers, 20);
    for (int i = requests.size() - 1; i >= 0; i--) {
      requests.get(i).reply("re: " + requests.get(i).value());
    }
    for (int i = 0; i < 20; i++) {
      assertThat(soon(replies.get(i))).isEqualTo("re: request " + i);
    }
    assertThat(asks.outstanding()).isZero();
  }

  private String soon(CompletableFuture<String> reply) throws Exception {
    return reply.get(limit().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void r2_shouldEndAtItsDeadline() throws Exception {
    Requester<String, String> asks = near().requester(options().requestTimeout(SHORT));
    Replier<String, String> answers = far().replier(options());
    link(answers, asks);
    assertTimesOut(() -> asks.request("the default"), SHORT);
    assertTimesOut(() -> asks.request("its own", SHORT.multipliedBy(2)), SHORT.multipliedBy(2));
    assertThat(asks.outstanding()).as("outstanding after the deadline").isZero();
  }

  private void assertTimesOut(java.util.concurrent.Callable<String> request, Duration deadline)
      throws Exception {
    long start = System.nanoTime();
    Throwable failure = call("a request", request).failure(limit());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(failure)
        .as("a request without reply and a deadline of %s", deadline)
        .isInstanceOf(TimedOutException.class);
    assertThat(took)
        .as("how long it took to end at its deadline of %s", deadline)
        .isBetween(deadline, deadline.plus(SOON));
  }

  @Test
  void r2_shouldTakeTimeFromTheTimekeeper() throws Exception {
    ManualTimekeeper time = new ManualTimekeeper();
    Side manual = side("manual", builder -> builder.timekeeper(time));
    Requester<String, String> asks =
        manual.requester(options().heartbeatInterval(Duration.ZERO).idempotent(false));
    Replier<String, String> answers = far().replier(options().heartbeatInterval(Duration.ZERO));
    link(asks, answers);
    CompletableFuture<String> reply = asks.requestAsync("in an hour", Duration.ofHours(1));
    receive(answers, 1);
    time.advance(Duration.ofMinutes(59));
    assertThat(reply).as("a minute before the deadline").isNotDone();
    time.advance(Duration.ofMinutes(1).plusSeconds(1));
    ExecutionException failure = catchThrowableOfType(ExecutionException.class, () -> soon(reply));
    assertThat(failure).hasCauseInstanceOf(TimedOutException.class);
  }

  @Test
  void r2_shouldTellTheDeadline() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(options());
    link(answers, asks);
    CompletableFuture<String> reply = asks.requestAsync("how long?", Duration.ofSeconds(7));
    Request<String, String> request = receive(answers, 1).get(0);
    if (has(Capability.WIRE_DEADLINES)) {
      assertThat(request.remaining())
          .as("with WIRE_DEADLINES the replier sees what is left of the deadline of 7 s")
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(7));
    } else {
      assertThat(request.remaining())
          .as("without WIRE_DEADLINES the replier sees no deadline")
          .isGreaterThan(Duration.ofDays(365));
    }
    request.reply("that long");
    assertThat(soon(reply)).isEqualTo("that long");
  }

  @Test
  void r2_shouldNotHandleWhatHasExpired() throws Exception {
    Gate gate = gate();
    List<String> handled = new CopyOnWriteArrayList<>();
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  handled.add(request);
                  gate.pass();
                  return request;
                },
                options().handlerConcurrency(1));
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    CompletableFuture<String> first = asks.requestAsync("first");
    gate.awaitArrived(1, limit());
    TimedOutException failure =
        catchThrowableOfType(TimedOutException.class, () -> asks.request("expired", SHORT));
    assertThat(failure).as("a request behind one that is stuck").isNotNull();
    CompletableFuture<String> last = asks.requestAsync("last");
    // What travels is the time that remains: at the replier it ends later by as much as it was on
    // its way. Nobody else will come, so this waits for that to be over, once it is there.
    eventuallyMeasured(2, far(), "trefoil.queue.depth", "role", "replier");
    assertThat(answers.awaitPeers(2, SHORT.multipliedBy(2))).isFalse();
    gate.open();
    assertThat(soon(first)).isEqualTo("first");
    assertThat(soon(last)).isEqualTo("last");
    if (has(Capability.WIRE_DEADLINES)) {
      assertThat(handled)
          .as("with WIRE_DEADLINES a request that expired in the queue is not handled")
          .containsExactly("first", "last");
      assertThat(far().dropped("expired")).as("drops with the reason 'expired'").isEqualTo(1);
    } else {
      assertThat(handled)
          .as("without WIRE_DEADLINES the replier cannot know that it expired")
          .containsExactly("first", "expired", "last");
    }
  }

  @Test
  void r3_shouldSayThatAPeerDidNotAnswer() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Endpoint at = link(far().replier(options()), asks);
    TimedOutException failure =
        catchThrowableOfType(TimedOutException.class, () -> asks.request("?", SHORT));
    assertThat(failure).isNotNull();
    assertThat(failure.timeout()).isEqualTo(SHORT);
    assertThat(failure.attempts()).as("attempts").isEqualTo(1);
    assertThat(failure.peerSeen()).as("peerSeen").isTrue();
    assertThat(failure).hasMessageContaining(at.toString()).hasMessageContaining("200");
  }

  @Test
  void r3_shouldSayThatThereNeverWasAPeer() {
    Replier<String, String> gone = far().replier(options());
    Endpoint at = bind(gone);
    gone.close();
    Requester<String, String> asks = near().requester(options());
    asks.connect(at);
    TimedOutException failure =
        catchThrowableOfType(TimedOutException.class, () -> asks.request("?", SHORT));
    assertThat(failure).as("a request with nobody there").isNotNull();
    assertThat(failure.attempts()).as("attempts").isZero();
    assertThat(failure.peerSeen()).as("peerSeen").isFalse();
    assertThat(failure).hasMessageContaining(at.toString());
  }

  @Test
  void r8_shouldDropALateReply() throws Exception {
    // Time stands still for the replier, which would else drop a request that it takes too late.
    Side still = side("still", builder -> builder.timekeeper(new ManualTimekeeper()));
    Requester<String, String> asks = near().requester(options().heartbeatInterval(Duration.ZERO));
    Replier<String, String> answers = still.replier(options().heartbeatInterval(Duration.ZERO));
    link(answers, asks);
    CompletableFuture<String> given = asks.requestAsync("yesterday", SHORT);
    Request<String, String> late = receive(answers, 1).get(0);
    assertThat(given).failsWithin(SHORT.plus(SOON));
    late.reply("yesterday's answer");
    eventuallyMeasured(1, near(), "trefoil.replies.late");
    CompletableFuture<String> reply = asks.requestAsync("today");
    receive(answers, 1).get(0).reply("today's answer");
    assertThat(soon(reply)).isEqualTo("today's answer");
  }

  @Test
  void r8_shouldAnswerOnlyOnce() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(options());
    link(answers, asks);
    CompletableFuture<String> first = asks.requestAsync("one");
    Request<String, String> request = receive(answers, 1).get(0);
    request.reply("the answer");
    request.reply("second thoughts");
    request.fail("third thoughts");
    assertThat(soon(first)).isEqualTo("the answer");
    CompletableFuture<String> second = asks.requestAsync("two");
    receive(answers, 1).get(0).reply("the other answer");
    assertThat(soon(second)).as("the reply to the next request").isEqualTo("the other answer");
    assertThat(near().measured("trefoil.replies.late"))
        .as("answers after the first must not be sent")
        .isZero();
  }

  @Test
  void r9_shouldFreeWhatACancelledRequestHeld() throws Exception {
    Requester<String, String> asks = near().requester(options());
    Replier<String, String> answers = far().replier(options());
    link(answers, asks);
    CompletableFuture<String> given = asks.requestAsync("never mind");
    Request<String, String> request = receive(answers, 1).get(0);
    assertThat(given.cancel(true)).isTrue();
    assertThat(asks.outstanding()).as("outstanding after cancel").isZero();
    request.reply("too late");
    eventuallyMeasured(1, near(), "trefoil.replies.late");
  }

  @Test
  void r9_shouldFreeThePlaceInTheQueue() throws Exception {
    Requester<String, String> asks = near().requester(options().sendQueueMessages(2));
    Replier<String, String> answers = far().replier(request -> request, options());
    Endpoint at = bind(answers);
    List<CompletableFuture<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<String> reply = asks.requestAsync("given up " + i);
      assertThat(reply).as("a request that waits for a peer, after cancelled ones").isNotDone();
      reply.cancel(false);
      waiting.add(reply);
    }
    CompletableFuture<String> kept = asks.requestAsync("kept");
    asks.connect(at);
    assertThat(soon(kept)).isEqualTo("kept");
    assertThat(waiting).allMatch(CompletableFuture::isCancelled);
    assertThat(far().measured("trefoil.messages.received", "role", "replier"))
        .as("requests that were cancelled before there was a peer must not be sent")
        .isEqualTo(1);
  }
}
