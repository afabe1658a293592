package dev.trefoil.samples.compare.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.trefoil.samples.compare.result.MadeUp;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser. */
@Tag("one-jvm")
class PageTest {
  @TempDir static Path folder;

  /** Points are drawn to a tenth of one. */
  private static final double PIXELS = 0.06;

  private static Browser browser;
  private static URI page;
  private static List<Map<String, Object>> cells;

  @BeforeAll
  static void writeAndOpen() throws Exception {
    Browser.require();
    OutputFolder.open(folder).write(MadeUp.several(), ReportsTest.setting(true));
    page = folder.resolve("report.html").toUri();
    cells = cells(Files.readString(folder.resolve("results.json"), UTF_8));
    browser = Browser.start(Files.createDirectory(folder.resolve("profile")));
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> cells(String json) {
    return (List<Map<String, Object>>) ((Map<String, Object>) JsonReader.read(json)).get("cells");
  }

  private static void open(int width) throws Exception {
    browser.command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 800, "deviceScaleFactor", 1, "mobile", width < 500));
    browser.open(page);
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 641, 800, 1280})
  void itFitsAndSaysNoErrorAndAsksForNothing(int width) throws Exception {
    browser.log("browser");
    browser.log("performance");
    open(width);
    chooseAll();

    assertThat(browser.log("browser")).isEmpty();
    assertThat(requests()).containsExactly(page.toString());
    assertThat(number("return window.innerWidth")).isEqualTo(width);
    assertThat(number("return document.documentElement.scrollWidth")).isLessThanOrEqualTo(width);
    assertThat(number("return document.documentElement.scrollWidth"))
        .isEqualTo(number("return document.documentElement.clientWidth"));
    // Other tables may scroll within themselves; of the verdicts nothing is out of sight.
    assertThat(
            number(
                "const verdicts = document.querySelector('.stacked .table');"
                    + "return verdicts.scrollWidth - verdicts.clientWidth"))
        .isZero();
    assertThat(number("return document.querySelectorAll('.chart svg').length")).isEqualTo(4);
    assertThat(
            number(
                "return Math.max(...[...document.querySelectorAll('.chart svg')]"
                    + ".map(svg => svg.getBoundingClientRect().right))"))
        .isLessThanOrEqualTo(width);
  }

  /** What the browser asked the network, or the disk, for. */
  private static List<String> requests() throws Exception {
    Set<String> urls = new LinkedHashSet<>();
    for (String message : browser.log("performance")) {
      Map<?, ?> event = (Map<?, ?>) ((Map<?, ?>) JsonReader.read(message)).get("message");
      if ("Network.requestWillBeSent".equals(event.get("method"))) {
        Map<?, ?> parameters = (Map<?, ?>) event.get("params");
        urls.add((String) ((Map<?, ?>) parameters.get("request")).get("url"));
      }
    }
    urls.removeIf(url -> url.startsWith("data:"));
    return List.copyOf(urls);
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 1280})
  void chartsHaveThePointsOfTheJson(int width) throws Exception {
    open(width);
    int seen = 0;
    for (Map<String, Object> cell : cells) {
      choose((String) cell.get("work"), ((Double) cell.get("size")).intValue());
      String name = (String) cell.get("contestant");
      assertThat(points("percentiles", name, "")).isEqualTo(cell.get("percentiles"));
      assertThat(points("throughput", name, "")).isEqualTo(rates(cell));
      assertThat(points("timeline", name, "p50")).isEqualTo(slices(cell, "slice_p50_us"));
      assertThat(points("timeline", name, "p99")).isEqualTo(slices(cell, "slice_p99_us"));
      seen += ((List<?>) points("percentiles", name, "")).size();
    }
    assertThat(seen).isGreaterThan(100);
  }

  /** Where each point is drawn, measured at the axes as a reader does: by their own labels. */
  @ParameterizedTest
  @ValueSource(ints = {360, 1280})
  void percentileCurvesLieWhereTheirAxesSay(int width) throws Exception {
    open(width);
    int seen = 0;
    for (Map<String, Object> cell : cells) {
      choose((String) cell.get("work"), ((Double) cell.get("size")).intValue());
      List<?> wanted = (List<?>) cell.get("percentiles");
      List<?> drawn = drawn((String) cell.get("contestant"));
      assertThat(drawn).as("%s", cell).hasSameSizeAs(wanted);
      Map<Double, Double> percentiles = labels(" %", "x");
      Map<Double, Double> times = labels("s", "y");
      for (int i = 0; i < drawn.size(); i++) {
        double percentile = number(wanted.get(i), 0);
        double rare = Math.log10(1 / (1 - percentile / 100));
        double time = Math.log10(number(wanted.get(i), 1));
        assertThat(number(drawn.get(i), 0))
            .as("x of %s %%, %s, %s", percentile, cell.get("work"), cell.get("contestant"))
            .isCloseTo(onAxis(percentiles, rare), within(PIXELS));
        assertThat(number(drawn.get(i), 1))
            .as("y of %s %%, %s, %s", percentile, cell.get("work"), cell.get("contestant"))
            .isCloseTo(onAxis(times, time), within(PIXELS));
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(100);
  }

  private static double number(Object list, int index) {
    return (Double) ((List<?>) list).get(index);
  }

  private static List<?> drawn(String series) throws Exception {
    return (List<?>)
        browser.run(
            "return [...document.querySelectorAll('#percentiles circle')]"
                + ".filter(c => c.dataset.series === arguments[0])"
                + ".map(c => [Number(c.getAttribute('cx')), Number(c.getAttribute('cy'))])",
            series);
  }

  /** The place of each label of an axis, by the logarithm of what it says. */
  private static Map<Double, Double> labels(String unit, String axis) throws Exception {
    List<?> texts =
        (List<?>)
            browser.run(
                "return [...document.querySelectorAll('#percentiles text')]"
                    + ".filter(t => /^[0-9]/.test(t.textContent))"
                    + ".filter(t => t.textContent.endsWith(arguments[0]))"
                    + ".map(t => [t.textContent, Number(t.previousElementSibling"
                    + ".getAttribute(arguments[1] + '1'))])",
                unit,
                axis);
    Map<Double, Double> places = new TreeMap<>();
    for (Object text : texts) {
      String[] words = ((String) ((List<?>) text).get(0)).split(" ", -1);
      double value = Double.parseDouble(words[0]);
      double log =
          switch (words[1]) {
            case "%" -> Math.log10(1 / (1 - value / 100));
            case "µs" -> Math.log10(value);
            case "ms" -> Math.log10(value) + 3;
            default -> Math.log10(value) + 6;
          };
      places.put(log, number(text, 1));
    }
    return places;
  }

  /** Between the two labels that are farthest apart. */
  private static double onAxis(Map<Double, Double> labels, double value) {
    TreeMap<Double, Double> places = new TreeMap<>(labels);
    assertThat(places).hasSizeGreaterThan(1);
    double share = (value - places.firstKey()) / (places.lastKey() - places.firstKey());
    double from = places.firstEntry().getValue();
    return from + share * (places.lastEntry().getValue() - from);
  }

  /** Pairs of all x and y that a chart shows of a contestant. */
  private static Object points(String chart, String series, String kind) throws Exception {
    return browser.run(
        "return [...document.querySelectorAll('#' + arguments[0] + ' circle')]"
            + ".filter(c => c.dataset.series === arguments[1] && c.dataset.kind === arguments[2])"
            + ".map(c => [Number(c.dataset.x), Number(c.dataset.y)])",
        chart,
        series,
        kind);
  }

  private static List<List<Double>> rates(Map<String, Object> of) {
    List<List<Double>> points = new ArrayList<>();
    for (Map<String, Object> cell : cells) {
      if (cell.get("work").equals(of.get("work"))
          && cell.get("contestant").equals(of.get("contestant"))
          && ((Map<?, ?>) cell.get("per_second")).get("median") != null) {
        points.add(
            List.of(
                (Double) cell.get("size"),
                (Double) ((Map<?, ?>) cell.get("per_second")).get("median")));
      }
    }
    return points;
  }

  private static List<List<Double>> slices(Map<String, Object> cell, String name) {
    List<List<Double>> points = new ArrayList<>();
    double length = 0.1;
    for (Object round : (List<?>) cell.get("rounds")) {
      List<?> slices = (List<?>) ((Map<?, ?>) round).get(name);
      double number = (Double) ((Map<?, ?>) round).get("round");
      for (int i = 0; i < slices.size(); i++) {
        if (slices.get(i) != null) {
          double x = (number - 1 + (i + 0.5) / slices.size()) * length;
          points.add(List.of(Math.round(x * 1e6) / 1e6, (Double) slices.get(i)));
        }
      }
    }
    return points;
  }

  @Test
  void dropsAreShownWhereThereAreAny() throws Exception {
    open(1280);
    choose("publish-8", 1024);
    assertThat(
            browser.run(
                "return [...document.querySelectorAll('#drops rect[data-series]')]"
                    + ".map(r => [r.dataset.series + r.dataset.kind, Number(r.dataset.y)])"))
        .isEqualTo(List.of(List.of("raw", 0.1), List.of("rawslow", 1.0)));
    choose("request-1", 1024);
    assertThat((String) browser.run("return document.querySelector('#drops').textContent"))
        .startsWith("Every message");
  }

  @Test
  void pointUnderThePointerIsTold() throws Exception {
    open(1280);
    choose("request-1", 1024);
    String tip =
        (String)
            browser.run(
                "const c = document.querySelector('#throughput circle[data-series=raw]');"
                    + "c.scrollIntoView({block: 'center'});"
                    + "const box = c.getBoundingClientRect();"
                    + "c.ownerSVGElement.dispatchEvent(new PointerEvent('pointermove',"
                    + " {clientX: box.left + 3, clientY: box.top + 3}));"
                    + "const tip = document.getElementById('tip');"
                    + "return tip.hidden ? '' : tip.textContent");
    assertThat(tip).startsWith("raw: ").contains("k/s of 1 KiB (");
  }

  @ParameterizedTest
  @CsvSource({"light, true", "dark, false"})
  void itFollowsTheColoursOfTheSystem(String scheme, boolean bright) throws Exception {
    browser.command(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    open(1280);
    String page = (String) browser.run("return getComputedStyle(document.body).backgroundColor");
    String ink = (String) browser.run("return getComputedStyle(document.body).color");

    assertThat(brightness(page) > 128).isEqualTo(bright);
    assertThat(Math.abs(brightness(page) - brightness(ink))).isGreaterThan(150);
  }

  private static double brightness(String colour) {
    String[] parts = colour.replaceAll("[^0-9,]", "").split(",", -1);
    return (Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]) + Integer.parseInt(parts[2]))
        / 3.0;
  }

  private static void chooseAll() throws Exception {
    for (Map<String, Object> cell : cells) {
      choose((String) cell.get("work"), ((Double) cell.get("size")).intValue());
    }
  }

  private static void choose(String work, int size) throws Exception {
    browser.run(
        "for (const [id, value] of [['work', arguments[0]], ['size', String(arguments[1])]]) {"
            + " const select = document.getElementById(id);"
            + " select.value = value;"
            + " if (select.value !== value) { throw new Error('no ' + value); }"
            + " select.dispatchEvent(new Event('change'));"
            + "}",
        work,
        size);
  }

  private static double number(String script) throws Exception {
    return (Double) browser.run(script);
  }
}
