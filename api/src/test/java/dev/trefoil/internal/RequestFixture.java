package dev.trefoil.internal;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Requester;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A requester over a scripted port and a time of its own, all on the test's thread. */
final class RequestFixture implements AutoCloseable {
  final FakeTime time = new FakeTime();
  final FakeTransport transport = new FakeTransport();
  final MeterRegistry registry = new SimpleMeterRegistry();
  final Messaging messaging =
      Messaging.builder()
          .timekeeper(time)
          .transport(transport)
          .handlerExecutor(Runnable::run)
          .meterRegistry(registry)
          .build();
  final Requester<String, String> requester;
  final FakeTransport.Requests port;
  final List<CompletableFuture<String>> sent = new ArrayList<>();

  RequestFixture(Options options) {
    requester = messaging.requester(Codec.utf8(), Codec.utf8(), options);
    requester.connect("fake://host:7000");
    port = transport.last(FakeTransport.Requests.class);
  }

  RequestFixture() {
    this(Options.defaults());
  }

  static RequestFixture idempotent() {
    return new RequestFixture(Options.builder().idempotent(true).build());
  }

  CompletableFuture<String> ask(String text) {
    return requester.requestAsync(text, Duration.ofSeconds(5));
  }

  /** Asks, and leaves it at that. */
  void send(String text) {
    sent.add(ask(text));
  }

  /** The peer answers what it was sent last. */
  void answer(FakeTargets.Replier from, String text) {
    answer(from, from.lastId(), text);
  }

  void answer(FakeTargets.Replier from, int id, String text) {
    port.listener.reply(from, id, text.getBytes(StandardCharsets.UTF_8));
  }

  double late() {
    return registry.get("trefoil.replies.late").functionCounter().count();
  }

  double requests(String outcome) {
    return registry.get("trefoil.requests").tag("outcome", outcome).functionTimer().count();
  }

  @Override
  public void close() {
    messaging.close();
  }
}
