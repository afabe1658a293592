package dev.trefoil.samples.compare.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A headless Chromium, driven over the WebDriver protocol. Closing it ends its processes. */
final class Browser implements AutoCloseable {
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Process driver, int port, Path profile) throws Exception {
    this.driver = driver;
    String base = "http://127.0.0.1:" + port + "/session";
    Map<?, ?> answer = (Map<?, ?>) send("POST", base, capabilities(profile));
    this.session = base + "/" + answer.get("sessionId");
  }

  /** Skips the test where there is no Chromium, or fails it where nothing may be skipped. */
  static void require() {
    boolean there = Files.isExecutable(DRIVER) && Files.isExecutable(CHROMIUM);
    if (!there && Boolean.getBoolean("trefoil.require.all")) {
      fail("no Chromium: install Debian's chromium and chromium-driver");
    }
    assumeTrue(there, "a Chromium (Debian's chromium and chromium-driver)");
  }

  /**
   * Starts one.
   *
   * @param profile an empty folder
   */
  static Browser start(Path profile) throws Exception {
    Process process =
        new ProcessBuilder(DRIVER.toString(), "--port=0").redirectErrorStream(true).start();
    try {
      return new Browser(process, port(process), profile);
    } catch (Exception e) {
      end(process);
      throw e;
    }
  }

  private static int port(Process process) throws IOException {
    BufferedReader lines = process.inputReader(UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      Matcher matcher = STARTED.matcher(line);
      if (matcher.find()) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw new IOException("chromedriver did not start: " + said);
  }

  private static Map<String, Object> capabilities(Path profile) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile));
    Map<String, Object> always =
        Map.of(
            "browserName",
            "chrome",
            "goog:chromeOptions",
            Map.of("binary", CHROMIUM.toString(), "args", arguments),
            "goog:loggingPrefs",
            Map.of("browser", "ALL", "performance", "ALL"));
    return Map.of("capabilities", Map.of("alwaysMatch", always));
  }

  void open(URI page) throws Exception {
    send("POST", session + "/url", Map.of("url", page.toString()));
  }

  /** What a function's body returns. */
  Object run(String script, Object... arguments) throws Exception {
    return send(
        "POST", session + "/execute/sync", Map.of("script", script, "args", List.of(arguments)));
  }

  /** A command of Chromium's own protocol. */
  void command(String name, Map<String, Object> parameters) throws Exception {
    send("POST", session + "/goog/cdp/execute", Map.of("cmd", name, "params", parameters));
  }

  /** The messages in one of its logs, since the last call. */
  List<String> log(String type) throws Exception {
    List<?> entries = (List<?>) send("POST", session + "/se/log", Map.of("type", type));
    return entries.stream().map(entry -> (String) ((Map<?, ?>) entry).get("message")).toList();
  }

  private Object send(String method, String uri, Map<String, Object> body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(Json.write(body)))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    if (response.statusCode() != 200) {
      throw new IOException(uri + ": " + response.body());
    }
    return ((Map<?, ?>) JsonReader.read(response.body())).get("value");
  }

  @Override
  public void close() throws Exception {
    try {
      send("DELETE", session, Map.of());
    } finally {
      end(driver);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
