package dev.trefoil.raw;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A foreign program that runs for the length of a test. */
final class Tool implements AutoCloseable {
  static final String PYTHON = "/usr/bin/python3";

  private static final String JAVA = ProcessHandle.current().info().command().orElse("java");
  private static final String CLASSES =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  private final Process process;
  final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Tool(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread reader = new Thread(this::read, "output of " + command.get(0));
    reader.setDaemon(true);
    reader.start();
  }

  /** Runs it, or skips the test if it is not installed; where all is required, fails it. */
  static Tool run(String name, Object... arguments) throws IOException {
    if (!isInstalled(name) || !isInstalled("stdbuf")) {
      missing(name + " or stdbuf");
    }
    // Into a pipe they would print only when their buffer is full.
    List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", name));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new Tool(command);
  }

  /** Runs another JVM with the classes of the tests. */
  static Tool java(Class<?> main, String property, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA, "-cp", CLASSES, property, main.getName()));
    command.addAll(List.of(arguments));
    return new Tool(command);
  }

  /** Runs another JVM, which has no more descriptors than so many; skips where it cannot. */
  static Tool java(int descriptors, Class<?> main) throws IOException {
    Path shell = Path.of("/bin/sh");
    Assumptions.assumeTrue(Files.isExecutable(shell), "limiting descriptors needs a shell");
    String limited = "ulimit -n " + descriptors + " && exec \"$@\"";
    return new Tool(
        List.of(shell.toString(), "-c", limited, "sh", JAVA, "-cp", CLASSES, main.getName()));
  }

  /**
   * Runs another JVM in a network of its own, which ends with it: a loopback interface that is up,
   * and whose connections the system forgets a second after one side closed. Skips the test where
   * that is not allowed; where all is required, fails it.
   */
  static Tool javaInOwnNetwork(Class<?> main, String... arguments) throws Exception {
    for (String name : List.of("unshare", "ip", "tc")) {
      if (!isInstalled(name)) {
        missing(name);
      }
    }
    String up = "ip link set lo up && echo 1 >/proc/sys/net/ipv4/tcp_fin_timeout";
    List<String> enter =
        "root".equals(System.getProperty("user.name"))
            ? List.of("unshare", "--net")
            : List.of("unshare", "--user", "--map-root-user", "--net");
    List<String> command = new ArrayList<>(enter);
    command.addAll(List.of("/bin/sh", "-c", up));
    try (Tool probe = new Tool(command)) {
      if (probe.exitCode() != 0) {
        missing("the right to make network namespaces, or what they need,");
      }
    }
    command.set(command.size() - 1, up + " && exec \"$@\"");
    command.addAll(List.of("sh", JAVA, "-cp", CLASSES, main.getName()));
    command.addAll(List.of(arguments));
    return new Tool(command);
  }

  /** Writes a line to its input. */
  void say(String line) throws IOException {
    OutputStream input = process.getOutputStream();
    input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    input.flush();
  }

  /** Waits for a line that has these words, and skips those before it; {@return the line} */
  String awaitLine(String words) throws InterruptedException {
    List<String> others = new ArrayList<>();
    while (true) {
      String line = lines.poll(Rig.LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("it did not say '" + words + "', but: " + others);
      }
      if (line.contains(words)) {
        return line;
      }
      others.add(line);
    }
  }

  /** Sends it a signal, such as {@code STOP}, and waits until that is done. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (!kill.waitFor(Rig.LIMIT.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new AssertionError("kill -" + name + " failed");
    }
  }

  /** Kills it and waits for its end. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    exitCode();
  }

  private static void missing(String what) {
    if (Boolean.getBoolean("trefoil.require.all")) {
      Assertions.fail(what + " is not installed");
    }
    Assumptions.abort(what + " is not installed");
  }

  /** Skips the test if a library for C is not there; where all is required, fails it. */
  static void requireLibrary(String name) throws IOException, InterruptedException {
    if (!isInstalled(PYTHON)) {
      missing(PYTHON);
    }
    String load = "import ctypes; ctypes.CDLL('" + name + "')";
    try (Tool probe = run(PYTHON, "-c", load)) {
      if (probe.exitCode() != 0) {
        missing(name);
      }
    }
  }

  private static boolean isInstalled(String name) {
    if (Files.isExecutable(Path.of(name))) {
      return true;
    }
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void read() {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("its output ended: " + e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitCode() throws InterruptedException {
    if (!process.waitFor(Rig.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it still runs after " + Rig.LIMIT);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
