package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Prometheus's own parser of its text format, by its client library for Python. */
final class PrometheusParser {
  private static final String PROGRAM =
      """
      import sys
      from prometheus_client.parser import text_string_to_metric_families
      for family in text_string_to_metric_families(sys.stdin.read()):
          for sample in family.samples:
              assert {'transport', 'pattern', 'role'} <= set(sample.labels), sample
          print(family.name)
      """;

  private PrometheusParser() {}

  /** What is served there, by the names of its families: counters without {@code _total}. */
  static Set<String> families(String url) throws IOException, InterruptedException {
    Foreign.requirePython("prometheus_client", "python3-prometheus-client");
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    String text = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    MetricsText.parse(text);
    Process parser =
        new ProcessBuilder(Foreign.PYTHON, "-c", PROGRAM).redirectErrorStream(true).start();
    try (var in = parser.getOutputStream()) {
      in.write(text.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(parser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(parser.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(parser.exitValue()).as(said + text).isZero();
    return new TreeSet<>(said.lines().toList());
  }
}
