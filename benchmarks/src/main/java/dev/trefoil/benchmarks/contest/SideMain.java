package dev.trefoil.benchmarks.contest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A process that is one side of one trial: {@code SideMain SECONDS server|client ADDRESS WORK…}.
 *
 * <p>It says {@code ready ADDRESS}, then does as it is told on standard input, a word a line:
 * {@code prepare} (answered by {@code prepared}), {@code go}, {@code begin} and {@code end} (of
 * what is measured; both answered by a {@code sample}), {@code look} (a sample in between), {@code
 * memory} (collects garbage, then a sample), {@code stop}. It ends with {@code done} or {@code
 * failed WHY}. It never outlives the given seconds, nor whoever holds the other end of its standard
 * input.
 */
public final class SideMain {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_TOO_LATE = 3;
  private static final int EXIT_STUCK = 4;
  private static final int EXIT_ORPHAN = 5;
  private static final long SECONDS_TO_STOP = 5;
  private static final int SAMPLES_TO_WARM_UP = 20;

  private final PrintStream out;
  private final Gauge gauge = new Gauge();
  private final CountDownLatch prepare = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private SideMain(PrintStream out) {
    this.out = out;
  }

  /** Runs one side. */
  public static void main(String[] arguments) {
    SideMain main = new SideMain(System.out);
    int exit = 0;
    try {
      main.startWatchdog(Long.parseLong(arguments[0]));
      main.run(arguments);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      main.say("failed " + oneLine(e));
      exit = EXIT_FAILED;
    }
    // Whatever a contestant left running ends here too.
    Runtime.getRuntime().halt(exit);
  }

  /** What an exit code means, to be put behind it. */
  public static String meaning(int exit) {
    return switch (exit) {
      case EXIT_TOO_LATE -> ": its time was up";
      case EXIT_STUCK -> ": it did not stop within " + SECONDS_TO_STOP + " s";
      case EXIT_ORPHAN -> ": nobody told it what to do any more";
      default -> "";
    };
  }

  private void run(String[] arguments) throws Exception {
    boolean server = arguments[1].equals("server");
    Work work = Work.parse(Arrays.asList(arguments).subList(3, arguments.length));
    Contestant contestant = Contestants.of(work.contestant());
    // Before anything is opened, which may take long: the harness may be gone meanwhile.
    startListening();
    try (Contestant.Side side =
        server ? contestant.server(work) : contestant.client(work, arguments[2])) {
      warmUpSampling();
      say("ready " + side.address());
      prepare.await();
      side.prepare();
      say("prepared");
      go.await();
      side.run(gauge);
      gauge.awaitStop();
      say("done" + percentiles(gauge.latencies()));
    }
    ended.countDown();
  }

  private static String percentiles(Histogram nanos) {
    if (nanos.getTotalCount() == 0) {
      return "";
    }
    return String.format(
        Locale.ROOT,
        " p50=%d p90=%d p99=%d p999=%d max=%d recorded=%d",
        nanos.getValueAtPercentile(50),
        nanos.getValueAtPercentile(90),
        nanos.getValueAtPercentile(99),
        nanos.getValueAtPercentile(99.9),
        nanos.getMaxValue(),
        nanos.getTotalCount());
  }

  private void startListening() {
    Thread thread = new Thread(this::listen, "harness");
    thread.setDaemon(true);
    thread.start();
  }

  private void listen() {
    try (BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        obey(line);
      }
    } catch (IOException | RuntimeException e) {
      say("failed " + oneLine(e));
    }
    Runtime.getRuntime().halt(EXIT_ORPHAN);
  }

  private void obey(String command) throws IOException {
    switch (command) {
      case "prepare" -> prepare.countDown();
      case "go" -> go.countDown();
      case "begin" -> {
        gauge.record(true);
        sample();
      }
      case "end" -> {
        gauge.record(false);
        sample();
      }
      case "look" -> sample();
      case "memory" -> {
        System.gc();
        sample();
      }
      case "stop" -> stop();
      default -> throw new IOException("the harness said '" + command + "'");
    }
  }

  /** The first sample loads classes between its figures: that one is not for use. */
  private void warmUpSampling() throws IOException {
    for (int i = 0; i < SAMPLES_TO_WARM_UP; i++) {
      sampleLine();
    }
  }

  private void sample() throws IOException {
    say(sampleLine());
  }

  private String sampleLine() throws IOException {
    return String.format(
        Locale.ROOT,
        "sample nanos=%d count=%d cpu=%d allocated=%d resident=%d",
        System.nanoTime(),
        gauge.count(),
        Usage.cpuNanos(),
        Usage.allocatedBytes(),
        Usage.residentBytes());
  }

  private void stop() {
    gauge.stop();
    prepare.countDown();
    go.countDown();
    startTimer("stop-timer", SECONDS_TO_STOP, EXIT_STUCK);
  }

  private void startWatchdog(long seconds) {
    startTimer("watchdog", seconds, EXIT_TOO_LATE);
  }

  private void startTimer(String name, long seconds, int exit) {
    Thread thread =
        new Thread(
            () -> {
              try {
                if (!ended.await(seconds, TimeUnit.SECONDS)) {
                  Runtime.getRuntime().halt(exit);
                }
              } catch (InterruptedException e) {
                Runtime.getRuntime().halt(exit);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private static String oneLine(Throwable failure) {
    return failure.toString().replaceAll("\\s+", " ");
  }
}
