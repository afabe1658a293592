package dev.trefoil.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.Endpoint;
import dev.trefoil.OverloadedException;
import dev.trefoil.PeerLostException;
import dev.trefoil.RemoteException;
import dev.trefoil.Replier;
import dev.trefoil.RequestHandler;
import dev.trefoil.Requester;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Requests whose replier is lost, fails, or has no room. */
abstract class RequestTroubleRules extends Rules {
  private static final Duration SHORT = Duration.ofMillis(300);

  RequestTroubleRules(TransportTest kit) {
    super(kit);
  }

  private Throwable failure(CompletableFuture<String> reply, Duration within) throws Exception {
    try {
      String value = reply.get(within.toMillis(), TimeUnit.MILLISECONDS);
      throw new AssertionFailedError("the request should fail, but got the reply " + value);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return cause == null ? e : cause;
    } catch (TimeoutException e) {
      throw new AssertionFailedError("the request should have failed within " + within);
    }
  }

  private String soon(CompletableFuture<String> reply) throws Exception {
    return reply.get(limit().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void r4_shouldFailAtOnceWhenThePeerIsLost() throws Exception {
    Replier<String, String> doomed = far().replier(options());
    Requester<String, String> asks = near().requester(options());
    link(doomed, asks);
    boolean told = has(Capability.PEER_LOSS);
    Duration deadline = told ? Duration.ofSeconds(60) : SHORT;
    CompletableFuture<String> reply = asks.requestAsync("are you well?", deadline);
    assertThat(doomed.receive(limit())).as("the request").isNotNull();

    AtomicInteger again = new AtomicInteger();
    Replier<String, String> other =
        side("other").replier(request -> "again " + again.incrementAndGet(), options());
    asks.connect(bind(other));
    awaitPeers(asks, 2);
    doomed.close();

    Throwable failure = failureOfLoss(reply, told);
    if (told) {
      assertThat(failure).as("with PEER_LOSS").isInstanceOf(PeerLostException.class);
    } else {
      assertThat(failure).isInstanceOfAny(PeerLostException.class, TimedOutException.class);
    }
    assertThat(again).as("a request that may not be repeated is not sent again").hasValue(0);
    assertThat(asks.outstanding()).isZero();
  }

  private Throwable failureOfLoss(CompletableFuture<String> reply, boolean told) throws Exception {
    try {
      return failure(reply, told ? SOON : SHORT.plus(SOON));
    } catch (AssertionFailedError e) {
      throw new AssertionFailedError(
          told
              ? "the peer that had the request is gone, but the request did not fail at once: the "
                  + "transport declares PEER_LOSS, so targetDown must follow the loss ("
                  + e
                  + ")"
              : "the request did not end at its deadline (" + e + ")");
    }
  }

  @Test
  void r4_shouldSendAnIdempotentRequestToAnotherPeer() throws Exception {
    boolean told = has(Capability.PEER_LOSS);
    Requester<String, String> asks =
        near().requester(options().retryInterval(told ? Duration.ZERO : SHORT));
    Replier<String, String> doomed = far().replier(options());
    link(doomed, asks);
    CompletableFuture<String> reply = asks.idempotent().requestAsync("anyone");
    assertThat(doomed.receive(limit())).as("the request").isNotNull();
    Replier<String, String> other = side("other").replier(request -> "me: " + request, options());
    asks.connect(bind(other));
    awaitPeers(asks, 2);
    doomed.close();
    assertThat(soon(reply)).as("the reply of the other peer").isEqualTo("me: anyone");
  }

  @Test
  void r4_shouldWaitForAPeerWithAnIdempotentRequest() throws Exception {
    boolean told = has(Capability.PEER_LOSS);
    Requester<String, String> asks =
        near().requester(options().idempotent(true).retryInterval(told ? Duration.ZERO : SHORT));
    Replier<String, String> doomed = far().replier(options());
    Endpoint at = link(doomed, asks);
    CompletableFuture<String> reply = asks.requestAsync("anyone");
    assertThat(doomed.receive(limit())).as("the request").isNotNull();
    doomed.close();
    side("other").replier(request -> "back: " + request, options()).bind(at);
    assertThat(soon(reply)).as("the reply of whoever comes next").isEqualTo("back: anyone");
  }

  @Test
  void r5_shouldSpreadRequests() throws Exception {
    AtomicInteger first = new AtomicInteger();
    AtomicInteger second = new AtomicInteger();
    Requester<String, String> asks = near().requester(options());
    asks.connect(bind(far().replier(counting(first), options())));
    asks.connect(bind(far().replier(counting(second), options())));
    awaitPeers(asks, 2);
    for (int i = 0; i < 20; i++) {
      asks.request("request " + i);
    }
    assertThat(List.of(first.get(), second.get()))
        .as("requests that each of two idle repliers got, in turn")
        .containsExactly(10, 10);
  }

  private static RequestHandler<String, String> counting(AtomicInteger count) {
    return request -> "reply " + count.incrementAndGet();
  }

  @Test
  void r5_shouldPassOverAReplierWithoutRoom() throws Exception {
    Gate gate = gate();
    AtomicInteger free = new AtomicInteger();
    Requester<String, String> asks = near().requester(options());
    RequestHandler<String, String> stuck =
        request -> {
          gate.pass();
          return "at last";
        };
    asks.connect(
        bind(far().replier(stuck, options().handlerConcurrency(1).receiveQueueMessages(1))));
    asks.connect(bind(far().replier(counting(free), options())));
    awaitPeers(asks, 2);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      replies.add(asks.requestAsync("request " + i));
    }
    if (has(Capability.ERROR_REPLIES)) {
      // One is with the stuck handler and one in its queue; it refuses the others, which go on.
      eventually("18 of 20 requests to pass the stuck replier", () -> free.get() >= 18);
    }
    gate.open();
    for (CompletableFuture<String> reply : replies) {
      assertThat(soon(reply)).isNotEmpty();
    }
  }

  @Test
  void r6_shouldBringTheHandlersException() throws Exception {
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  if (request.equals("tea")) {
                    throw new IllegalStateException("I'm a teapot, out of " + request);
                  }
                  return "here is " + request;
                },
                options());
    assertFailureArrives(answers, "tea", "I'm a teapot, out of tea");
  }

  /** Asks what fails, sees the failure where the wire has error replies, and that life goes on. */
  private void assertFailureArrives(Replier<String, String> answers, String bad, String message)
      throws Exception {
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    boolean told = has(Capability.ERROR_REPLIES);
    CompletableFuture<String> reply = asks.requestAsync(bad, told ? limit().plus(SOON) : SHORT);
    Throwable failure = failure(reply, limit());
    if (told) {
      assertThat(failure)
          .as("with ERROR_REPLIES the failure of the handler reaches the caller")
          .isInstanceOf(RemoteException.class)
          .hasMessageContaining(message);
      assertThat(failure.getMessage()).as("no stack trace").doesNotContain("\tat ");
    } else {
      assertThat(failure).as("without ERROR_REPLIES").isInstanceOf(TimedOutException.class);
      eventuallyMeasured(1, far(), "trefoil.messages.dropped", "reason", "handler");
    }
    eventuallyMeasured(1, far(), "trefoil.handler", "outcome", "error");
    assertThat(asks.request("coffee")).isEqualTo("here is coffee");
  }

  @Test
  void r6_shouldBringARefusal() throws Exception {
    Replier<String, String> answers = far().replier(options());
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    boolean told = has(Capability.ERROR_REPLIES);
    CompletableFuture<String> reply = asks.requestAsync("please", told ? limit() : SHORT);
    present(answers.receive(limit()), "the request").fail("not today");
    Throwable failure = failure(reply, limit());
    if (told) {
      assertThat(failure).isInstanceOf(RemoteException.class).hasMessageContaining("not today");
    } else {
      assertThat(failure).isInstanceOf(TimedOutException.class);
    }
  }

  @Test
  void r6_shouldBringAFailedDecoding() throws Exception {
    Requester<byte[], String> asks =
        near().messaging().requester(Codec.bytes(), Codec.utf8(), options().build());
    Replier<String, String> answers = far().replier(request -> "got " + request, options());
    link(answers, asks);
    boolean told = has(Capability.ERROR_REPLIES);
    byte[] notUtf8 = {(byte) 0xff, (byte) 0xfe};
    Throwable failure = failure(asks.requestAsync(notUtf8, told ? limit() : SHORT), limit());
    if (told) {
      assertThat(failure).isInstanceOfAny(RemoteException.class, CodecException.class);
    } else {
      assertThat(failure).isInstanceOf(TimedOutException.class);
    }
    eventuallyMeasured(1, far(), "trefoil.handler", "outcome", "codec");
    assertThat(asks.request(new byte[] {'o', 'k'})).isEqualTo("got ok");
  }

  @Test
  void r7_shouldRefuseOverload() throws Exception {
    Gate gate = gate();
    Set<String> handled = ConcurrentHashMap.newKeySet();
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  handled.add(request);
                  gate.pass();
                  return request;
                },
                options().handlerConcurrency(1).receiveQueueMessages(2));
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    CompletableFuture<String> first = asks.requestAsync("0");
    gate.awaitArrived(1, limit());
    List<CompletableFuture<String>> replies = new ArrayList<>(List.of(first));
    for (int i = 1; i < 12; i++) {
      replies.add(asks.requestAsync("" + i));
    }
    if (has(Capability.ERROR_REPLIES)) {
      eventually("9 of 12 requests to be refused", () -> refused(replies) == 9);
      gate.open();
      eventually("3 of 12 requests to be answered", () -> asks.outstanding() == 0);
      assertThat(replies.stream().filter(reply -> !reply.isCompletedExceptionally())).hasSize(3);
      assertThat(handled).as("what was refused must not have been handled").hasSize(3);
    } else {
      assertThat(refused(replies)).as("without ERROR_REPLIES nothing can be refused").isZero();
      gate.open();
      for (int i = 0; i < replies.size(); i++) {
        assertThat(soon(replies.get(i))).isEqualTo("" + i);
      }
    }
  }

  private static long refused(List<CompletableFuture<String>> replies) throws Exception {
    long refused = 0;
    for (CompletableFuture<String> reply : replies) {
      if (reply.isCompletedExceptionally()) {
        assertThat(reply.handle((value, failure) -> failure).get())
            .as("why a request was refused")
            .isInstanceOf(OverloadedException.class);
        refused++;
      }
    }
    return refused;
  }

  @Test
  void r7_shouldBoundConcurrency() throws Exception {
    Gate gate = gate();
    Replier<String, String> answers =
        far()
            .replier(
                request -> {
                  gate.pass();
                  return request;
                },
                options().handlerConcurrency(3));
    Requester<String, String> asks = near().requester(options());
    link(answers, asks);
    List<CompletableFuture<String>> replies = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      replies.add(asks.requestAsync("request " + i));
    }
    gate.awaitArrived(3, limit());
    eventuallyMeasured(7, far(), "trefoil.queue.depth", "role", "replier");
    assertThat(gate.arrived()).as("handlers that run at once").isEqualTo(3);
    gate.open();
    for (int i = 0; i < 10; i++) {
      assertThat(soon(replies.get(i))).isEqualTo("request " + i);
    }
    assertThat(gate.most()).as("handlers that ran at once").isEqualTo(3);
  }
}
