package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A strict reader of Prometheus's text format: a line that it does not know fails the test. */
final class MetricsText {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Pattern COMMENT =
      Pattern.compile("# (HELP [a-z_]+ .*|TYPE [a-z_]+ (counter|gauge|summary|histogram|untyped))");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{([^{}]*)\\})? ([-+]?(?:\\d+\\.?\\d*(?:[eE][-+]?\\d+)?|Inf)|NaN)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

  /** One line of figures. */
  record Sample(String name, Map<String, String> labels, double value) {}

  private MetricsText() {}

  static List<Sample> read(String url) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type"))
        .get()
        .asString()
        .startsWith("text/plain");
    return parse(response.body());
  }

  static List<Sample> parse(String text) {
    assertThat(text.isEmpty() || text.endsWith("\n")).as("whole lines, or none yet").isTrue();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("#")) {
        assertThat(line).matches(COMMENT);
        continue;
      }
      Matcher matcher = SAMPLE.matcher(line);
      assertThat(matcher.matches()).as(line).isTrue();
      String labels = matcher.group(2) == null ? "" : matcher.group(2);
      double value = Double.parseDouble(matcher.group(3).replace("Inf", "Infinity"));
      samples.add(new Sample(matcher.group(1), labels(labels), value));
    }
    return samples;
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    Matcher matcher = LABEL.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      labels.put(matcher.group(1), matcher.group(2));
      end = matcher.end();
    }
    assertThat(end).as(text).isEqualTo(text.length());
    return labels;
  }

  static double sum(List<Sample> samples, String name) {
    return samples.stream().filter(s -> s.name().equals(name)).mapToDouble(Sample::value).sum();
  }

  /** Waits until a counter has at least this value. */
  static void await(String url, String name, double value) {
    Awaitility.await().atMost(LIMIT).until(() -> sum(read(url), name) >= value);
  }
}
