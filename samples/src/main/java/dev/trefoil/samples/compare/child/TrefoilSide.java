package dev.trefoil.samples.compare.child;

import dev.trefoil.Assurance;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.Role;
import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What sides on Trefoil share: a messaging with meters, default options, the endpoint. */
abstract class TrefoilSide implements Side {
  private static final Duration TO_CONNECT = Duration.ofSeconds(5);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Trial trial;
  private final Messaging messaging;
  private @Nullable Path folder;

  TrefoilSide(Trial trial) {
    this.trial = trial;
    this.messaging = Messaging.builder().meterRegistry(registry).build();
  }

  final Trial trial() {
    return trial;
  }

  final Messaging messaging() {
    return messaging;
  }

  /** What a user gets who sets nothing but what the work asks for. */
  final Options options() {
    return trial.cell().work().isSure()
        ? Options.builder().assurance(Assurance.AT_LEAST_ONCE).build()
        : Options.defaults();
  }

  final String bind(Role role) throws IOException {
    String scheme = trial.cell().contestant().name();
    if (scheme.endsWith("+unix")) {
      Path made = Files.createTempDirectory("trefoil");
      folder = made;
      return role.bind(scheme + "://" + made.resolve("s")).toString();
    }
    Endpoint bound = role.bind(scheme + "://127.0.0.1:0");
    return bound.toString();
  }

  static void awaitPeers(Role role, int count) throws IOException, InterruptedException {
    if (!role.awaitPeers(count, TO_CONNECT)) {
      throw new IOException(
          role.peers().size() + " of " + count + " peers came within 5 s: " + role);
    }
  }

  static Duration toConnect() {
    return TO_CONNECT;
  }

  /** What the meters say. */
  @Override
  public void report(Figures figures) {
    figures.put("meter_sent", sum("trefoil.messages.sent"));
    figures.put("meter_received", sum("trefoil.messages.received"));
    figures.put("meter_dropped", sum("trefoil.messages.dropped"));
    figures.put("meter_redelivered", sum("trefoil.messages.redelivered"));
    double requests = 0;
    double nanos = 0;
    for (FunctionTimer timer :
        registry.find("trefoil.requests").tag("outcome", "success").functionTimers()) {
      requests += timer.count();
      nanos += timer.totalTime(TimeUnit.NANOSECONDS);
    }
    figures.put("meter_requests", requests);
    figures.put("meter_request_nanos", nanos);
  }

  private double sum(String meter) {
    return registry.find(meter).functionCounters().stream()
        .mapToDouble(FunctionCounter::count)
        .sum();
  }

  @Override
  public void close() throws IOException {
    messaging.close();
    if (folder != null) {
      Files.deleteIfExists(folder.resolve("s"));
      Files.deleteIfExists(folder);
    }
  }
}
