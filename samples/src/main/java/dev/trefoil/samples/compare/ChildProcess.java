package dev.trefoil.samples.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trefoil.samples.compare.child.ChildMain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A JVM on the same class path that runs {@link ChildMain}. It ends when this is closed, and when
 * this process ends in whatever way. For one thread.
 */
final class ChildProcess implements AutoCloseable {
  /**
   * Small, so that a comparison fits beside what else a machine does; and a collector without
   * threads of its own, since on a few processors these would run beside what is measured.
   */
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-Xshare:auto",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr");

  private static final String GONE = "gone";
  private static final int LINES_KEPT = 64;

  private final String name;
  private final Process process;
  private final Writer orders;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>(LINES_KEPT);
  private volatile String lastWords = "";

  ChildProcess(String name, List<String> command) throws IOException {
    this.name = name;
    this.process = new ProcessBuilder(command).start();
    this.orders = process.outputWriter(UTF_8);
    read(process.getInputStream(), answers::offer, () -> answers.offer(GONE));
    read(process.getErrorStream(), line -> lastWords = line, () -> {});
  }

  /** The command line of a JVM with the usual options that runs this class. */
  static List<String> command(Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(options());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }

  /** How a child's JVM is started; the user's options come last. */
  static List<String> options() {
    List<String> options = new ArrayList<>(OPTIONS);
    // What opens the JDK to libraries is needed there as it is here.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--"))
        .forEach(options::add);
    String more = System.getenv("TREFOIL_JAVA_OPTS");
    if (more != null && !more.isBlank()) {
      options.addAll(List.of(more.trim().split("\\s+")));
    }
    return options;
  }

  private void read(InputStream in, Consumer<String> line, Runnable end) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
                String next = reader.readLine();
                while (next != null) {
                  line.accept(next);
                  next = reader.readLine();
                }
              } catch (IOException e) {
                lastWords = "its output could not be read: " + e.getMessage();
              }
              end.run();
            },
            "output of " + name);
    thread.setDaemon(true);
    thread.start();
  }

  void tell(String order) throws IOException {
    orders.write(order + "\n");
    orders.flush();
  }

  /**
   * The rest of the answer, which must begin with this word.
   *
   * @param limit how long the child may take for it
   * @param end when nothing is waited for any more
   */
  String await(String word, Duration limit, Deadline end) throws IOException, InterruptedException {
    Duration left = end.left();
    boolean capped = left.compareTo(limit) < 0;
    String answer = answers.poll((capped ? left : limit).toNanos(), TimeUnit.NANOSECONDS);
    if (answer == null && capped) {
      throw new CutShortException("cut short: the time was up while " + name + " was at it");
    }
    if (answer == null) {
      throw new IOException(name + " did not answer within " + limit.toMillis() + " ms");
    }
    String[] words = answer.split(" ", 2);
    if (words[0].equals(GONE)) {
      throw new IOException(name + " has ended" + (lastWords.isEmpty() ? "" : ": " + lastWords));
    }
    if (!words[0].equals(word)) {
      throw new IOException(
          name + ": " + (words[0].equals("failed") && words.length > 1 ? words[1] : answer));
    }
    return words.length > 1 ? words[1] : "";
  }

  String ask(String order, String word, Duration limit, Deadline end)
      throws IOException, InterruptedException {
    tell(order);
    return await(word, limit, end);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
