package dev.trefoil.samples.bump;

import dev.trefoil.samples.shared.FailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own: another {@code trefoil} command. Close it to kill it.
 *
 * <p>For one thread.
 */
final class ServerProcess implements AutoCloseable {
  private static final String BOUND = "bound ";
  private static final long END_SECONDS = 10;

  private final Process process;
  private final BufferedReader lines;

  private ServerProcess(Process process) {
    this.process = process;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
  }

  /** Starts a command, below another one such as {@code setpriv} if {@code before} says so. */
  static ServerProcess start(List<String> before, List<String> command) throws IOException {
    List<String> line = new ArrayList<>(before);
    line.addAll(java(command));
    return new ServerProcess(new ProcessBuilder(line).start());
  }

  /** The command line of a {@code trefoil} command in a JVM that starts quickly. */
  static List<String> java(List<String> command) {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("java.home") + "/bin/java");
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add("dev.trefoil.samples.Main");
    line.addAll(command);
    return line;
  }

  long pid() {
    return process.pid();
  }

  InputStream out() {
    return process.getInputStream();
  }

  OutputStream in() {
    return process.getOutputStream();
  }

  /** Waits until it listens, and says where. */
  String bound() throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(BOUND)) {
        drain();
        return line.substring(BOUND.length());
      }
      seen.append(' ').append(line);
    }
    throw new FailedException("a server process ended before it listened:" + seen);
  }

  /** A pipe that nobody reads would stop it one day. */
  private void drain() {
    Thread reader =
        new Thread(
            () -> {
              try {
                lines.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                process.destroyForcibly(); // its pipe broke, which only its end does
              }
            },
            "trefoil-bump-server-errors");
    reader.setDaemon(true);
    reader.start();
  }

  /** Waits until it has ended by itself, and gives what it said on stderr. */
  String errorsAtEnd() throws IOException, InterruptedException {
    StringBuilder words = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      words.append(line).append('\n');
    }
    awaitEnd();
    return words.toString().strip();
  }

  int exitCode() {
    return process.exitValue();
  }

  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new FailedException("a server process did not end within " + END_SECONDS + " s");
    }
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** As {@code kill} does: it may finish what it has in hand. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
