package dev.trefoil.raw;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
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
      String missing = name + " or stdbuf is not installed";
      if (Boolean.getBoolean("trefoil.require.all")) {
        Assertions.fail(missing);
      }
      Assumptions.abort(missing);
    }
    // Into a pipe they would print only when their buffer is full.
    List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", name));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new Tool(command);
  }

  private static boolean isInstalled(String name) {
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
