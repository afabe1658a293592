package dev.trefoil.samples.compare.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.samples.compare.result.MadeUp;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.trial.Contestant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each form of the report says what was measured, and nothing in it breaks its form. */
class ReportsTest {
  private final Results results = MadeUp.several();

  @TempDir Path folder;

  static Setting setting(boolean complete) {
    Map<String, Object> method = new LinkedHashMap<>();
    method.put("rounds", 3);
    method.put("measured_ms", 100.0);
    return new Setting(
        "trefoil 1.2.3",
        "2031-02-03T04:05:06Z",
        "trefoil compare --quick",
        complete,
        method,
        Map.of("processors", 2));
  }

  @Test
  void jsonIsExactAndSafeWithinAPage() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("text", "a \"quoted\" \\ </script>\n\u2028\u0001ü");
    map.put("numbers", Arrays.asList(1, 2.5, 1e-7, 3.0, Double.NaN, 123_456_789_012L, null));
    map.put("none", List.of());
    map.put("empty", Map.of());
    map.put("truth", true);

    assertThat(Json.write(map))
        .isEqualTo(
            "{\"text\":\"a \\\"quoted\\\" \\\\ \\u003c/script>\\n\\u2028\\u0001ü\","
                + "\"numbers\":[1,2.50000,1.00000e-07,3,null,123456789012,null],"
                + "\"none\":[],\"empty\":{},\"truth\":true}");
  }

  @Test
  void markupInTextsIsEscaped() {
    assertThat(Html.escape("<a href='x'>\"&amp;\"</a>"))
        .isEqualTo("&lt;a href=&#39;x&#39;&gt;&quot;&amp;amp;&quot;&lt;/a&gt;");
    String page = HtmlReport.of(results, setting(true), JsonReport.of(results, setting(true)));
    assertThat(page)
        .contains("&lt;b&gt;lost &amp; &quot;gone&quot;&lt;/b&gt;")
        .doesNotContain("<b>lost");
  }

  @Test
  void pageNeedsNothingFromElsewhere() {
    String page = HtmlReport.of(results, setting(true), JsonReport.of(results, setting(true)));

    assertThat(page).doesNotContain("src=", "@import", "url(").doesNotContain("{{");
    assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:");
  }

  @Test
  void pageWarnsWhenItIsNotAll() {
    String words = "Not all rounds were done";
    assertThat(HtmlReport.of(results, setting(false), "{}")).contains(words);
    assertThat(HtmlReport.of(results, setting(true), "{}")).doesNotContain(words);
  }

  @Test
  void templateWithAnUnknownPartIsRefused() {
    assertThat(HtmlReport.fill("a{{b}}c{{b}}", Map.of("b", "{{d}}"))).isEqualTo("a{{d}}c{{d}}");
    assertThatThrownBy(() -> HtmlReport.fill("{{x}}", Map.of())).hasMessageContaining("x");
  }

  @Test
  void csvHasARowForEachTrial() {
    List<String> rows = Arrays.asList(CsvReport.of(results).split("\r\n(?! end)", -1));

    // 3 rounds of 4 contestants at 3 things, and of one at a fourth; 3 that failed; one round and
    // one that was cut short; head, and end.
    assertThat(rows).hasSize(1 + 3 * (4 * 3 + 1) + 3 + 2 + 1);
    assertThat(rows).contains("push-4,1024,zmq,,,,,,,,,,,0,\"cut short: the <time> was up\"");
    assertThat(rows.get(0)).startsWith("work,size,contestant,round,");
    assertThat(rows.get(1)).startsWith("request-1,1024,raw,1,1000,");
    int columns = rows.get(0).split(",", -1).length;
    assertThat(rows.get(1).split(",", -1)).hasSize(columns);
    String failed = rows.get(rows.size() - 2);
    assertThat(failed)
        .startsWith("publish-8,1024,zmq,,,,,,,,,,,1,")
        .endsWith("\"<b>lost & \"\"gone\"\"</b> \u2028,\r\n end\"");
    assertThat(failed.substring(0, failed.indexOf('"')).split(",", -1)).hasSize(columns);
  }

  @Test
  void whatWasCutShortIsToldAndIsNoError() {
    Setting setting = setting(false);
    String json = JsonReport.of(results, setting);

    assertThat(TerminalReport.lines(results))
        .anyMatch(line -> line.matches("1 KiB +zmq .* 0 cut"))
        .contains("! push-pull 1 to 4, at most once, 1 KiB, zmq: cut short: the <time> was up");
    assertThat(HtmlReport.of(results, setting, json))
        .contains("<td class=\"error\">0, cut short</td>")
        .contains("<p class=\"warning\">1 KiB, zmq: cut short: the &lt;time&gt; was up</p>");
    assertThat(json)
        .containsOnlyOnce("\"cut_short\":\"cut short: the ")
        .contains("\"cut_short\":null");
  }

  @Test
  void percentileFilesAreThoseOfTheHistogram() throws IOException {
    OutputFolder.open(folder.resolve("new/one")).write(results, setting(true));

    Path file = folder.resolve("new/one/request-1-1024-raw.hgrm");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0))
        .containsSubsequence("Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    assertThat(lines).anyMatch(line -> line.matches("#\\[Max +=.*Total count +=.*3000]"));
    assertThat(folder.resolve("new/one"))
        .isDirectoryContaining("glob:**report.html")
        .isDirectoryContaining("glob:**results.json")
        .isDirectoryContaining("glob:**results.csv");
  }

  @Test
  void folderThatCannotBeMadeIsToldBeforeTheRun() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> OutputFolder.open(file.resolve("below")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void terminalLinesFitIntoAHundredColumns() {
    List<String> lines = TerminalReport.lines(results);

    assertThat(lines).allMatch(line -> line.length() <= 100);
    assertThat(lines)
        .contains("request-reply, one outstanding")
        .anyMatch(line -> line.matches("1 KiB +raw +38\\.[0-9]+ +.* 0 +0"))
        .anyMatch(line -> line.matches(" +zmq .*- +0 +3"))
        .anyMatch(line -> line.matches("1 KiB +raw .* 10\\.0% +0"))
        .anyMatch(line -> line.startsWith("! publish-subscribe 1 to 8, one slow, 1 KiB, zmq: "))
        .anyMatch(
            line ->
                line.matches(
                    "    1 KiB   raw: 1\\.26 times as (fast|many a second) as zmq.*|.*no clear winner.*"));
  }

  @Test
  void longTextsAreBrokenAtSpaces() {
    String text = "word ".repeat(50).strip();
    List<String> lines = TerminalReport.wrap(text, "  ");

    assertThat(lines).allMatch(line -> line.length() <= 100).hasSize(3);
    assertThat(String.join(" ", lines).replaceAll(" +", " ")).isEqualTo(text);
  }

  @Test
  void numbersHaveThreeDigitsThatMeanSomething() {
    assertThat(Words.figure(1.234)).isEqualTo("1.23");
    assertThat(Words.figure(12.34)).isEqualTo("12.3");
    assertThat(Words.figure(1_234_567.8)).isEqualTo("1,234,568");
    assertThat(Words.figure(Double.NaN)).isEqualTo("-");
    assertThat(Words.share(0)).isEqualTo("0");
    assertThat(Words.share(0.00001)).isEqualTo("<0.1%");
    assertThat(Words.share(0.123)).isEqualTo("12.3%");
    assertThat(Words.size(64)).isEqualTo("64 B");
    assertThat(Words.size(65_536)).isEqualTo("64 KiB");
    assertThat(Words.size(1 << 20)).isEqualTo("1 MiB");
    assertThat(Words.size(1_500)).isEqualTo("1500 B");
  }

  @Test
  void everySchemeHasAColourOnThePage() throws IOException {
    try (var in =
        HtmlReport.class.getResourceAsStream("/dev/trefoil/samples/compare/report/report.js")) {
      String script = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(Contestant.SCHEMES)
          .allMatch(
              name -> script.contains(name + ": '--") || script.contains("'" + name + "': '--"));
    }
  }
}
