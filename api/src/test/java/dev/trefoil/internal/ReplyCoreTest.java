package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.CodecException;
import dev.trefoil.DrainReport;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Replier;
import dev.trefoil.Request;
import dev.trefoil.RequestHandler;
import dev.trefoil.TimedOutException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReplyCoreTest {
  private final FakeTime time = new FakeTime();
  private final FakeTransport transport = new FakeTransport();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private Messaging messaging;
  private Replier<String, String> replier;
  private FakeTransport.Replies port;

  private void open(Executor executor, RequestHandler<String, String> handler, Options options) {
    messaging =
        Messaging.builder()
            .timekeeper(time)
            .transport(transport)
            .handlerExecutor(executor)
            .meterRegistry(registry)
            .build();
    replier =
        handler == null
            ? messaging.replier(Codec.utf8(), Codec.utf8(), options)
            : messaging.replier(Codec.utf8(), Codec.utf8(), handler, options);
    replier.bind("fake://host:0");
    port = transport.last(FakeTransport.Replies.class);
  }

  private void open(RequestHandler<String, String> handler) {
    open(Runnable::run, handler, Options.defaults());
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

  private double counter(String name) {
    return registry.get(name).functionCounter().count();
  }

  @Test
  void theHandlersReplyGoesBackToWhoAsked() {
    open(request -> request + "!");
    assertThat(port.ask("hello").replies).containsExactly("hello!");
    assertThat(handled("success")).isEqualTo(1);
    assertThat(counter("trefoil.messages.sent")).isEqualTo(1);
    assertThat(counter("trefoil.bytes.sent")).isEqualTo(6);
    assertThat(counter("trefoil.bytes.received")).isEqualTo(5);
  }

  @Test
  void whatTheHandlerThrowsGoesBackAsItsMessage() {
    open(
        request -> {
          switch (request) {
            case "error" -> throw new AssertionError("an Error");
            case "mute" -> throw new IllegalStateException();
            case "codec" -> throw new CodecException("of another role", new Exception());
            case "large" -> throw new MessageTooLargeException(9, 8);
            case "long" -> throw new IllegalStateException("x".repeat(1_000_000));
            default -> throw new Exception("no such order");
          }
        });
    assertThat(port.ask("x").failures).containsExactly("HANDLER no such order");
    assertThat(port.ask("error").failures).containsExactly("HANDLER an Error");
    assertThat(port.ask("mute").failures)
        .containsExactly("HANDLER java.lang.IllegalStateException");
    assertThat(port.ask("codec").failures).containsExactly("HANDLER of another role");
    assertThat(port.ask("large").failures.get(0)).startsWith("HANDLER a message of 9 bytes");
    assertThat(port.ask("long").failures.get(0)).hasSizeLessThan(5_000);
    assertThat(handled("error")).isEqualTo(6);
    assertThat(dropped("handler")).isZero();
  }

  @Test
  void aFailureThatTheWireCannotTellIsCountedHere() {
    open(
        request -> {
          throw new Exception("failed");
        });
    FakeTargets.Asked asked = new FakeTargets.Asked("x");
    asked.canFail = false;
    port.listener.request(asked);
    port.listener.batchEnd();
    assertThat(dropped("handler")).isEqualTo(1);
  }

  @Test
  void codecsThatFailAndRepliesThatAreTooLargeAreTold() {
    open(Runnable::run, text -> "too large", Options.builder().maxMessageBytes(3).build());
    assertThat(port.ask("x").failures.get(0)).startsWith("TOO_LARGE a message of 9 bytes");
    FakeTargets.Asked bad = new FakeTargets.Asked(new byte[] {(byte) 0xff});
    port.listener.request(bad);
    port.listener.batchEnd();
    assertThat(bad.failures.get(0)).startsWith("CODEC ");
    assertThat(handled("codec")).isEqualTo(1);
    assertThat(dropped("codec")).isEqualTo(1);
  }

  @Test
  void aHandlerThatReturnsNullIsAFailureInPlainWords() {
    open(request -> null);
    assertThat(port.ask("x").failures.get(0)).contains("must not be null");
  }

  @Test
  void anExpiredRequestIsNotHandled() {
    open(tasks::add, request -> "done", Options.defaults());
    FakeTargets.Asked expired = new FakeTargets.Asked("x");
    expired.deadline = time.nanoTime() + Duration.ofMillis(1_500).toNanos();
    FakeTargets.Asked open = new FakeTargets.Asked("y");
    open.deadline = time.nanoTime() + Duration.ofSeconds(3).toNanos();
    port.listener.request(expired);
    port.listener.request(open);
    port.listener.batchEnd();
    time.advance(Duration.ofSeconds(2));
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(expired.replies).isEmpty();
    assertThat(expired.failures.get(0)).startsWith("EXPIRED");
    assertThat(open.replies).containsExactly("done");
    assertThat(dropped("expired")).isEqualTo(1);
    assertThat(handled("expired")).isEqualTo(1);
  }

  @Test
  void overloadIsRefusedWhereTheWireCanSaySoAndPausesItElsewhere() {
    Options options = Options.builder().receiveQueueMessages(2).build();
    open(tasks::add, request -> "done", options);
    assertThat(port.ask("a").goOn).isTrue();
    assertThat(port.ask("b").goOn).as("it reads on, to refuse").isTrue();
    FakeTargets.Asked refused = port.ask("c");
    assertThat(refused.failures.get(0)).startsWith("OVERLOADED the replier has 2 requests waiting");
    assertThat(refused.goOn).isTrue();

    FakeTargets.Asked mute = new FakeTargets.Asked("d");
    mute.canFail = false;
    assertThat(port.listener.request(mute)).as("it pauses").isFalse();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(mute.replies).containsExactly("done");
    assertThat(port.resumes.get()).isPositive();
  }

  @Test
  void requestsAreReceivedAndAnsweredByHand() throws Exception {
    open(null);
    assertThat(replier.receive(Duration.ZERO)).isNull();
    FakeTargets.Asked asked = new FakeTargets.Asked("hello");
    asked.deadline = time.nanoTime() + Duration.ofSeconds(3).toNanos();
    port.listener.request(asked);
    port.listener.batchEnd();
    Request<String, String> request = replier.receive();
    assertThat(request.value()).isEqualTo("hello");
    assertThat(request.remaining()).hasSeconds(3);
    assertThat(request.peer()).isEqualTo(asked.peer());
    request.reply("by hand");
    assertThat(asked.replies).containsExactly("by hand");
    assertThat(counter("trefoil.messages.sent")).isEqualTo(1);

    FakeTargets.Asked failed = port.ask("x");
    replier.receive().fail("no");
    assertThat(failed.failures).containsExactly("HANDLER no");
    assertThat(counter("trefoil.messages.sent")).isEqualTo(1);
  }

  @Test
  void receivingSkipsWhatExpiredAndReportsWhatCannotBeDecoded() throws Exception {
    open(null);
    FakeTargets.Asked expired = new FakeTargets.Asked("x");
    expired.deadline = time.nanoTime() - 1;
    port.listener.request(expired);
    FakeTargets.Asked bad = new FakeTargets.Asked(new byte[] {(byte) 0xff});
    port.listener.request(bad);
    port.ask("good");
    assertThatThrownBy(() -> replier.receive(Duration.ZERO)).isInstanceOf(CodecException.class);
    assertThat(bad.failures.get(0)).startsWith("CODEC");
    assertThat(replier.receive(Duration.ZERO).value()).isEqualTo("good");
    assertThat(expired.failures.get(0)).startsWith("EXPIRED");
  }

  @Test
  void aReplyThatCannotBeSentIsToldToBothSides() throws Exception {
    open(Runnable::run, null, Options.builder().maxMessageBytes(3).build());
    FakeTargets.Asked asked = port.ask("x");
    Request<String, String> request = replier.receive();
    assertThatThrownBy(() -> request.reply("four")).isInstanceOf(MessageTooLargeException.class);
    assertThat(asked.failures.get(0)).startsWith("TOO_LARGE");
    assertThatThrownBy(() -> request.fail(null)).hasMessageContaining("must not be null");
  }

  @Test
  void receivingTimesOutAndEndsWithTheRole() throws Exception {
    open(Runnable::run, null, Options.builder().receiveTimeout(Duration.ofMillis(5)).build());
    assertThatThrownBy(replier::receive)
        .isInstanceOf(TimedOutException.class)
        .hasMessageContaining("no request within 5 ms at fake://host:4242");
    Waiting.Running<Object> receiving =
        Waiting.run(() -> (Object) replier.receive(Duration.ofSeconds(20))).untilItWaits();
    replier.close();
    assertThat(receiving.error()).isInstanceOf(ClosedException.class);
  }

  @Test
  void closingTellsThoseWhoseTurnHasNotCome() {
    open(tasks::add, request -> "done", Options.defaults());
    FakeTargets.Asked waiting = port.ask("x");
    replier.close();
    assertThat(waiting.failures).containsExactly("CLOSING the replier is closing");
    assertThat(port.ask("late").failures).containsExactly("CLOSING the replier is closing");
    assertThat(waiting.replies).isEmpty();
  }

  @Test
  void aDrainWaitsForWhatTheUserTookAndDidNotAnswerYet() throws Exception {
    open(null);
    FakeTargets.Asked asked = port.ask("x");
    port.ask("y");
    Request<String, String> first = replier.receive();
    Waiting.Running<DrainReport> drain =
        Waiting.run(() -> replier.drain(Duration.ofSeconds(20))).untilItWaits();
    assertThat(port.quiesced).isTrue();
    replier.receive().reply("second");
    assertThat(drain.isDone()).isFalse();
    assertThat(port.closes).hasValue(0);
    first.reply("first");
    assertThat(drain.get().isClean()).isTrue();
    assertThat(asked.replies).containsExactly("first");
  }

  @Test
  void aDrainReportsWhatWasNotAnswered() throws Exception {
    open(null);
    port.ask("x");
    port.ask("y");
    replier.receive();
    assertThat(replier.drain(Duration.ZERO)).isEqualTo(new DrainReport(0, 0, 0, 2));
  }
}
