package dev.trefoil.samples;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.trefoil.samples.shared.Console;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;

/**
 * A {@code trefoil} command under test, in this JVM or as a process of its own. Each wait has a
 * limit; closing it ends the process.
 */
public final class TestCommand implements AutoCloseable {
  /** Of a JVM that starts quickly, and whose own warnings do not mix with payloads. */
  static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xshare:auto",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr");

  private static final long LIMIT_SECONDS = 60;

  /** What is promised of a command that is stopped. */
  private static final Duration PROMISED_TO_END = Duration.ofSeconds(2);

  /** For sending a signal and seeing the end on a machine that does nothing else. */
  private static final Duration LEAST_TO_SEE = Duration.ofMillis(500);

  private static final String BOUND = "bound ";

  private final Collected out = new Collected();
  private final Collected err = new Collected();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final long startedNanos = System.nanoTime();
  private final Process process;

  private TestCommand(Process process) {
    this.process = process;
  }

  /** Runs a command in this JVM, with nothing on its standard input. */
  public static TestCommand here(String... arguments) {
    return here(new byte[0], arguments);
  }

  /** Runs a command in this JVM, on a thread of its own. */
  public static TestCommand here(byte[] stdin, String... arguments) {
    TestCommand command = new TestCommand(null);
    PrintStream err = new PrintStream(command.err, true, StandardCharsets.UTF_8);
    Console console = Console.of(new ByteArrayInputStream(stdin), command.out, err);
    CommandLine line = Main.commandLine(console, arguments);
    line.setOut(new PrintWriter(command.out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    start("test-command", () -> command.exit.complete(line.execute(arguments)));
    return command;
  }

  /** Starts a process, with nothing on its standard input. */
  public static TestCommand process(String... arguments) {
    return process(List.of(), arguments);
  }

  /** Starts a process that reads a file as its standard input. */
  public static TestCommand processReading(Path stdin, String... arguments) {
    ProcessBuilder builder = builder(List.of(), arguments).redirectInput(stdin.toFile());
    return start(builder);
  }

  /** Starts a process whose standard output goes to a file: for more than memory should hold. */
  public static TestCommand processWriting(Path stdout, String... arguments) {
    ProcessBuilder builder = builder(List.of(), arguments);
    builder.redirectInput(Redirect.from(new File("/dev/null"))).redirectOutput(stdout.toFile());
    return start(builder);
  }

  /** The words of a command line, which are split at spaces, and more that are not. */
  public static String[] words(String line, String... more) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /** Starts a process below a command such as {@code env}, which must become it by exec. */
  public static TestCommand process(List<String> before, String... arguments) {
    ProcessBuilder builder = builder(before, arguments);
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    return start(builder);
  }

  /** Starts a process whose standard input the test writes. */
  public static TestCommand processWithPipe(String... arguments) {
    return processWithPipe(List.of(), arguments);
  }

  /** Starts a process below another command, whose standard input the test writes. */
  public static TestCommand processWithPipe(List<String> before, String... arguments) {
    return start(builder(before, arguments));
  }

  private static ProcessBuilder builder(List<String> before, String... arguments) {
    List<String> line = new ArrayList<>(before);
    line.addAll(line());
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line);
  }

  /** How a process of the command is started: all words before its own. */
  public static List<String> line() {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + "/bin/java");
    if (Runtime.version().feature() >= 24) { // as the launcher does
      line.add("--sun-misc-unsafe-memory-access=allow");
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(JVM_OPTIONS);
    line.addAll(QuickClasses.options());
    line.add(Main.class.getName());
    return line;
  }

  private static TestCommand start(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      TestCommand command = new TestCommand(process);
      Thread out = start("test-out", () -> command.out.readAll(process.getInputStream()));
      Thread err = start("test-err", () -> command.err.readAll(process.getErrorStream()));
      start(
          "test-exit",
          () -> {
            try {
              int code = process.waitFor();
              out.join();
              err.join();
              command.exit.complete(code);
            } catch (InterruptedException e) {
              command.exit.completeExceptionally(e);
            }
          });
      return command;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for the command's end. */
  public int exitCode() {
    return exitCodeWithin(Duration.ofSeconds(LIMIT_SECONDS));
  }

  /** Waits for the command's end, if it may take longer than usual. */
  public int exitCodeWithin(Duration limit) {
    try {
      return exit.get(limit.toSeconds(), SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the command did not end; stderr: " + err(), e);
    } catch (Exception e) {
      throw new AssertionError("the command's end could not be awaited", e);
    }
  }

  /**
   * How long a command may take from a signal to its end, when it has just come up: the two seconds
   * that are promised, and for what the system does as long as starting it took.
   */
  Duration limitOfItsEnd() {
    Duration start = Duration.ofNanos(System.nanoTime() - startedNanos);
    return PROMISED_TO_END.plus(start.compareTo(LEAST_TO_SEE) > 0 ? start : LEAST_TO_SEE);
  }

  /** Whether the process ends within a time. */
  public boolean endsWithin(long time, TimeUnit unit) throws InterruptedException {
    return process.waitFor(time, unit);
  }

  /** Waits until it listens, and says where. */
  public String bound() {
    return bound(0);
  }

  /** Waits for the n-th endpoint that it listens at, counted from 0. */
  public String bound(int index) {
    awaitErr("(?s)(.*^bound \\S+\\R.*){" + (index + 1) + "}");
    return err()
        .lines()
        .filter(line -> line.startsWith(BOUND))
        .toList()
        .get(index)
        .substring(BOUND.length());
  }

  /** Waits until a counter of the command, which serves metrics, has at least this value. */
  public void awaitCounter(String name, double value) {
    MetricsText.await(metricsUrl(), name, value);
  }

  /** Waits until it serves metrics, and says where. */
  String metricsUrl() {
    awaitErr("^metrics \\S+\\R");
    return err()
        .lines()
        .filter(line -> line.startsWith("metrics "))
        .findFirst()
        .orElseThrow()
        .substring("metrics ".length());
  }

  /** Waits until what is on stderr matches. */
  public void awaitErr(String pattern) {
    err.await(pattern, LIMIT_SECONDS, "stderr");
  }

  /** Waits until what is on stdout matches. */
  public void awaitOut(String pattern) {
    out.await(pattern, LIMIT_SECONDS, "stdout; stderr: " + err());
  }

  public byte[] outBytes() {
    return out.bytes();
  }

  public String out() {
    return new String(out.bytes(), StandardCharsets.UTF_8);
  }

  public String err() {
    return new String(err.bytes(), StandardCharsets.UTF_8);
  }

  public OutputStream stdin() {
    return process.getOutputStream();
  }

  public long pid() {
    return process.pid();
  }

  /** Sends a signal such as {@code INT}. */
  public void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
    if (kill.waitFor() != 0) {
      throw new AssertionError("kill failed");
    }
  }

  /** A command that lets its child have the usual SIGINT, whatever this JVM was started with. */
  public static List<String> withUsualSignals() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("SigIgn:")
          && (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 0b10) != 0) {
        return List.of("env", "--default-signal=INT");
      }
    }
    return List.of();
  }

  /** The processes that the command has started, and theirs. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /**
   * Ends the process as {@code kill -9} does, and waits: then all that it had written is here. By
   * its handle, since {@link Process#destroyForcibly} closes the pipes with what is in them.
   */
  public void kill() {
    process.toHandle().destroyForcibly();
    exitCode();
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
