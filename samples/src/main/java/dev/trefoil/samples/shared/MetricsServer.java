package dev.trefoil.samples.shared;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the meters as Prometheus text, on loopback only.
 *
 * <p>Two threads of its own answer, so that one stalled reader does not hide the metrics from the
 * next. Close it to free the port.
 */
final class MetricsServer implements AutoCloseable {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final PrometheusMeterRegistry registry;
  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "trefoil-metrics");
            thread.setDaemon(true);
            return thread;
          });

  private MetricsServer(PrometheusMeterRegistry registry, HttpServer server) {
    this.registry = registry;
    this.server = server;
  }

  /**
   * Starts one.
   *
   * @param port 0 picks one; see {@link #address}
   */
  static MetricsServer start(PrometheusMeterRegistry registry, int port) {
    HttpServer server;
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
    } catch (IOException e) {
      throw new FailedException(
          "cannot serve metrics at 127.0.0.1:" + port + ": " + e.getMessage());
    }
    MetricsServer metrics = new MetricsServer(registry, server);
    server.createContext("/metrics", metrics::answer);
    server.setExecutor(metrics.threads);
    server.start();
    return metrics;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/metrics";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
