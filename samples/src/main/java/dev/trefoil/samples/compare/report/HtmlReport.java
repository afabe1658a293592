package dev.trefoil.samples.compare.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trefoil.samples.compare.result.CellResult;
import dev.trefoil.samples.compare.result.Check;
import dev.trefoil.samples.compare.result.Metric;
import dev.trefoil.samples.compare.result.Outcome;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.result.Spread;
import dev.trefoil.samples.compare.result.Verdict;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** One file that needs nothing else: tables in its markup, charts drawn from the JSON within it. */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * The text of {@code report.html}.
   *
   * @param json what {@link JsonReport} wrote of the same
   */
  public static String of(Results results, Setting setting, String json) {
    // Each part goes in once, so what stands in one is not looked at again.
    Map<String, String> parts =
        Map.of(
            "style", resource("report.css"),
            "script", resource("report.js"),
            "json", json,
            "summary", Html.escape(summary(setting)),
            "notes", notes(results, setting),
            "verdicts", verdicts(results),
            "tables", tables(results),
            "meters", meters(results),
            "method", facts(setting));
    return fill(resource("report.html"), parts);
  }

  /** Puts the parts where their names stand in double braces. */
  static String fill(String template, Map<String, String> parts) {
    StringBuilder out = new StringBuilder();
    int from = 0;
    int begin = template.indexOf("{{");
    while (begin >= 0) {
      int end = template.indexOf("}}", begin);
      String name = template.substring(begin + 2, end);
      String part = parts.get(name);
      if (part == null) {
        throw new IllegalArgumentException("the page has no part " + name);
      }
      out.append(template, from, begin).append(part);
      from = end + 2;
      begin = template.indexOf("{{", from);
    }
    return out.append(template.substring(from)).toString();
  }

  private static String resource(String name) {
    try (InputStream in =
        HtmlReport.class.getResourceAsStream("/dev/trefoil/samples/compare/report/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), UTF_8).stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String summary(Setting setting) {
    Object processor = setting.machine().getOrDefault("processor", "");
    return String.join(
        " · ",
        setting.version(),
        setting.started().replace('T', ' ').replace("Z", " UTC"),
        setting.machine().get("processors")
            + " processors"
            + (processor.equals("") ? "" : " (" + processor + ")"),
        setting.command());
  }

  private static String notes(Results results, Setting setting) {
    Html out = new Html();
    if (!setting.complete()) {
      out.element("p", "warning", "Not all rounds were done: these are the figures so far.");
    }
    if (!results.disagreements().isEmpty()) {
      out.element(
          "p",
          "warning",
          "The library's meters disagree with some of the figures: see the table of the meters.");
    }
    for (String laggard : results.laggards()) {
      out.element("p", "warning", "The rate was not kept: " + laggard);
    }
    return out.toString();
  }

  private static String verdicts(Results results) {
    Html out = new Html().raw("<div class=\"stacked\">");
    out.beginTable("'kind of work", "size", "'verdict", "'beside what is below");
    Work work = null;
    for (Verdict verdict : results.verdicts()) {
      boolean begins = verdict.work() != work;
      work = verdict.work();
      out.raw(begins ? "<tr class=\"begins\">" : "<tr>");
      out.element("td", "text", begins ? work.title() : "");
      out.element("td", "", Words.size(verdict.size()));
      out.element(
          "td", verdict.winner().isEmpty() ? "text words" : "text words winner", verdict.words());
      out.element("td", "text words range", verdict.cost()).raw("</tr>\n");
    }
    return out.endTable().raw("</div>\n").toString();
  }

  private static String tables(Results results) {
    Html out = new Html();
    for (Work work : Work.values()) {
      List<CellResult> ofWork =
          results.cells().stream().filter(result -> result.cell().work() == work).toList();
      if (!ofWork.isEmpty()) {
        out.element("h3", "", work.title());
        table(ofWork, results.metric(work), out);
      }
    }
    return out.toString();
  }

  private static void table(List<CellResult> ofWork, Metric metric, Html out) {
    out.beginTable(
        "size",
        "'contestant",
        "per second",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
        "drops",
        "errors");
    int size = -1;
    for (CellResult result : ofWork) {
      boolean begins = result.cell().size() != size;
      size = result.cell().size();
      out.raw(begins ? "<tr class=\"begins\">" : "<tr>");
      out.element("td", "", begins ? Words.size(size) : "");
      String name = Html.escape(result.cell().contestant().name());
      boolean reference = result.cell().contestant().isReference();
      out.raw("<td class=\"text\">" + (reference ? "<em>" + name + "</em>" : name) + "</td>");
      figure(result.spread(Outcome::perSecond), metric == Metric.RATE, out);
      figure(result.spread(o -> o.micros(50)), metric == Metric.MEDIAN_TIME, out);
      figure(result.spread(o -> o.micros(90)), false, out);
      figure(result.spread(o -> o.micros(99)), metric == Metric.TAIL_TIME, out);
      figure(result.spread(o -> o.micros(99.9)), false, out);
      figure(result.spread(o -> o.micros(100)), false, out);
      out.element("td", "", drops(result));
      long errors = result.errors();
      String cut = result.cutShort().isEmpty() ? "" : ", cut short";
      out.element("td", errors == 0 && cut.isEmpty() ? "" : "error", errors + cut);
      out.raw("</tr>\n");
    }
    out.endTable();
    for (CellResult result : ofWork) {
      Words.troubles(result).forEach(words -> out.element("p", "warning", words));
    }
  }

  private static void figure(Spread spread, boolean decides, Html out) {
    String range =
        decides && spread.rounds() > 1
            ? " [" + Words.figure(spread.least()) + " … " + Words.figure(spread.most()) + "]"
            : "";
    out.element("td", "", Words.figure(spread.median()) + range);
  }

  private static String drops(CellResult result) {
    String drops = Words.share(result.lostShare());
    return result.cell().work() == Work.PUBLISH
        ? drops + " (slow: " + Words.share(result.lostShareOfSlow()) + ")"
        : drops;
  }

  private static String meters(Results results) {
    Html out =
        new Html()
            .beginTable(
                "'kind of work",
                "size",
                "'transport",
                "'what",
                "counted here",
                "'meter",
                "metered",
                "");
    for (CellResult result : results.cells()) {
      boolean begins = true;
      for (Check check : result.checks()) {
        out.raw(begins ? "<tr class=\"begins\">" : "<tr>");
        out.element("td", "text", begins ? result.cell().work().title() : "");
        out.element("td", "", begins ? Words.size(result.cell().size()) : "");
        out.element("td", "text", begins ? result.cell().contestant().name() : "");
        out.element("td", "text", check.what());
        out.element("td", "", Words.figure(check.counted()));
        out.element("td", "text", check.meter());
        out.element("td", "", Words.figure(check.metered()));
        out.element(
            "td",
            check.agrees() ? "text agrees" : "text differs",
            check.agrees() ? "agrees" : "differs");
        out.raw("</tr>\n");
        begins = false;
      }
    }
    return out.endTable().toString();
  }

  private static String facts(Setting setting) {
    Html out = new Html();
    out.element("dt", "", "command").element("dd", "", setting.command());
    setting.method().forEach((name, value) -> fact(name, value, out));
    setting.machine().forEach((name, value) -> fact(name, value, out));
    return out.toString();
  }

  private static void fact(String name, Object value, Html out) {
    String text = value instanceof Double number ? Words.figure(number) : value.toString();
    out.element("dt", "", name.replace('_', ' ')).element("dd", "", text).raw("\n");
  }
}
