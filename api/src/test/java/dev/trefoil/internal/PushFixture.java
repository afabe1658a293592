package dev.trefoil.internal;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.DeadLetter;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Pusher;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A pusher over a scripted port and a time of its own, all on the test's thread. */
final class PushFixture implements AutoCloseable {
  final FakeTime time = new FakeTime();
  final FakeTransport transport = new FakeTransport();
  final MeterRegistry registry = new SimpleMeterRegistry();
  final List<DeadLetter> letters = new ArrayList<>();
  final Messaging messaging =
      Messaging.builder()
          .timekeeper(time)
          .transport(transport)
          .handlerExecutor(Runnable::run)
          .meterRegistry(registry)
          .build();
  final Pusher<String> pusher;
  final FakeTransport.Pushes port;

  PushFixture(Options.Builder options) {
    pusher = messaging.pusher(Codec.utf8(), options.deadLetters(letters::add).build());
    pusher.bind("fake://host:7000");
    port = transport.last(FakeTransport.Pushes.class);
  }

  static Options.Builder atMostOnce() {
    return Options.builder().sendTimeout(Duration.ZERO);
  }

  static Options.Builder atLeastOnce() {
    return atMostOnce().assurance(Assurance.AT_LEAST_ONCE);
  }

  CompletableFuture<Void> push(String text) {
    try {
      return pusher.pushAcknowledged(text);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  double counter(String name) {
    return registry.get(name).functionCounter().count();
  }

  @Override
  public void close() {
    messaging.close();
  }
}
