package dev.trefoil.samples.compare;

import dev.trefoil.samples.compare.child.ChildMain;
import dev.trefoil.samples.compare.report.OutputFolder;
import dev.trefoil.samples.compare.report.Setting;
import dev.trefoil.samples.compare.report.TerminalReport;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.DurationConverter;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Interrupts;
import dev.trefoil.samples.shared.SizeConverter;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code trefoil compare}: which transport for which work. */
@Command(
    name = "compare",
    footer = {"", "Example:", "  trefoil compare --quick --out report"},
    header = "Which transport for my work? Measures on this machine.",
    description = {
      "",
      "Does request-reply (one outstanding, 256 outstanding, a new connection for each request),"
          + " push-pull (1 to 1 and 1 to 4, at most once and at least once) and publish-subscribe"
          + " (1 to 8, one of them slow) over each transport, and beside them over blocking sockets of"
          + " plain Java, the floor, and over plain JeroMQ, so that the library's own cost shows."
          + " Prints a table and a verdict for each; exits 0 when it has figures, 1 when it has none.",
      "",
      "Each contestant has two processes, one on each side, which talk over the loopback interface."
          + " For each work and size all contestants follow each other, every second round in the"
          + " opposite order. A trial first warms up, which does not count. Figures are medians over"
          + " the rounds, with the least and the most; where these ranges overlap the verdict is"
          + " 'no clear winner', and with fewer than three rounds there is none. Transports have"
          + " their default options; messages are byte arrays.",
      "",
      "per second: replies, or messages received; of a publication, at each subscriber that is not"
          + " slow. The publisher waits for nobody, so it drops what they can't take; the slow one"
          + " sleeps 1 ms after each message, and its drops are in the report.",
      "p50, p99, p99.9: from asking to the reply in hand, a new connection included; or from pushing"
          + " or publishing to receiving. Without --rate messages are sent as fast as they go, so the"
          + " time of a pushed or published one is mostly waiting in queues. With --rate N a message is"
          + " sent at each of N fixed times a second and timed from there, whether those before it"
          + " were late or not: a stall counts against all that had to wait (coordinated omission).",
      "drops: the share of messages that did not arrive. errors: trials and requests that failed.",
      "",
      "--quick takes less than a minute: three rounds in the same processes, and all sizes only"
          + " for push-pull 1 to 1, at most once; the other kinds of work have the middle one. Without it"
          + " there are five rounds, each in new processes, within a quarter of an hour. What is not"
          + " done when the time is up is cut short, and said to be."
    })
public final class CompareCommand implements Callable<Integer> {
  private static final int LEAST_SIZE = 8;
  private static final int LARGEST_SIZE = 1 << 20;
  private static final int HIGHEST_RATE = 1_000_000;
  private static final int MOST_ROUNDS = 100;

  /**
   * More than the two seconds of other commands: what has been measured so far may have taken a
   * quarter of an hour, and on a slow machine a report of it takes a while.
   */
  private static final Duration TO_REPORT_WHEN_STOPPED = Duration.ofSeconds(10);

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--transports",
      paramLabel = "NAME",
      split = ",",
      description = "Among raw, zmq, sp and raw+unix. Default: raw,zmq.")
  private List<String> transports = List.of("raw", "zmq");

  @Option(
      names = "--sizes",
      paramLabel = "BYTES",
      split = ",",
      converter = SizeConverter.class,
      description = "Bytes in a payload, 8 to 1MiB. Default: 64,1024,65536.")
  private List<Integer> sizes = List.of(64, 1024, 65_536);

  @Option(names = "--quick", description = "A minute instead of a quarter of an hour.")
  private boolean quick;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Send N messages a second at fixed times, and time them from these.")
  private @Nullable Integer rate;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write report.html, results.json, results.csv and percentile files (.hgrm) there; it is made"
              + " if it is not there.")
  private @Nullable Path out;

  @Option(names = "--trial-time", hidden = true, converter = DurationConverter.class)
  private @Nullable Duration trialTime;

  @Option(names = "--rounds", hidden = true)
  private @Nullable Integer rounds;

  @Option(names = "--within", hidden = true, converter = DurationConverter.class)
  private @Nullable Duration within;

  private boolean complete;

  /** For one run. */
  public CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = Plan.of(settings());
    OutputFolder folder = out == null ? null : OutputFolder.open(out);
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try (Interrupts interrupts = Interrupts.install(TO_REPORT_WHEN_STOPPED)) {
      Results results = measure(plan, interrupts);
      print(TerminalReport.lines(results));
      if (folder != null) {
        folder.write(results, setting(plan, started, !interrupts.stopped() && complete));
        console.note("compare: wrote " + folder.page());
      }
      if (interrupts.stopped()) {
        console.note("compare: stopped: these are the figures so far");
      } else if (!results.hasFigures()) {
        throw new FailedException("nothing could be measured");
      }
    }
    return 0;
  }

  private Results measure(Plan plan, Interrupts interrupts) throws Exception {
    try (Progress progress = new Progress(console, plan);
        Comparison comparison =
            new Comparison(plan, progress, sinceStart(), ChildProcess.command(ChildMain.class))) {
      interrupts.untilStopped(comparison::run);
      complete = comparison.roundsDone() == plan.rounds();
      if (!interrupts.stopped() && !complete) {
        console.note(
            "compare: the time was up after "
                + comparison.roundsDone()
                + " of "
                + plan.rounds()
                + " rounds: name fewer transports or sizes");
      }
      return Results.of(plan.cells(), comparison.outcomes(), plan.rate());
    }
  }

  /** What is promised is promised of the whole process. */
  private static Duration sinceStart() {
    return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
  }

  private Setting setting(Plan plan, String started, boolean whole) {
    String line = String.join(" ", spec.commandLine().getParseResult().originalArgs());
    return new Setting(
        spec.root().version()[0], started, "trefoil " + line, whole, plan.facts(), Machine.facts());
  }

  private Settings settings() {
    for (String transport : transports) {
      if (!Contestant.SCHEMES.contains(transport)) {
        throw wrong(
            "no transport '%s' to compare; there are %s",
            transport, String.join(", ", Contestant.SCHEMES));
      }
    }
    for (int size : sizes) {
      if (size < LEAST_SIZE || size > LARGEST_SIZE) {
        throw wrong("--sizes are 8 to 1MiB, not %d: the time of sending is in the payload", size);
      }
    }
    if (rate != null && (rate < 1 || rate > HIGHEST_RATE)) {
      throw wrong("--rate is 1 to %d messages a second, not %d", HIGHEST_RATE, rate);
    }
    if (rounds != null && (rounds < 1 || rounds > MOST_ROUNDS)) {
      throw wrong("--rounds is 1 to %d, not %d", MOST_ROUNDS, rounds);
    }
    return new Settings(
        transports.stream().distinct().map(Contestant::new).toList(),
        sizes.stream().distinct().sorted().toList(),
        quick,
        rate == null ? 0 : rate,
        trialTime,
        rounds,
        within);
  }

  private ParameterException wrong(String form, Object... values) {
    return new ParameterException(
        spec.commandLine(), String.format(java.util.Locale.ROOT, form, values));
  }

  private void print(List<String> lines) throws IOException {
    PrintStream stream = new PrintStream(console.out(), false, Charset.defaultCharset());
    lines.forEach(stream::println);
    stream.flush();
    if (stream.checkError()) {
      throw new IOException("cannot write to standard output");
    }
  }
}
