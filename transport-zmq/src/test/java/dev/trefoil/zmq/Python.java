package dev.trefoil.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trefoil.Endpoint;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer on libzmq in a process of its own: the script peer.py, run by a Python that has zmq. */
final class Python implements AutoCloseable {
  private static final @Nullable String INTERPRETER = find();

  private final Process process;
  private final BufferedReader lines;

  private Python(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Skips the test when there is no Python with zmq, or fails it where nothing may be skipped. */
  static void require() {
    if (INTERPRETER == null && Boolean.getBoolean("trefoil.require.all")) {
      fail("no Python with the module zmq: install Debian's python3-zmq");
    }
    assumeTrue(INTERPRETER != null, "a Python with the module zmq (Debian's python3-zmq)");
  }

  static Python peer(String role, String how, String uri, int count, String... keys) {
    try {
      List<String> command = new ArrayList<>();
      command.add(INTERPRETER);
      command.add(script().toString());
      command.addAll(List.of(role, how, uri, Integer.toString(count)));
      command.addAll(List.of(keys));
      return new Python(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Path script() throws URISyntaxException {
    URL script = Python.class.getResource("/peer.py");
    assertThat(script).isNotNull();
    return Path.of(script.toURI());
  }

  private static @Nullable String find() {
    for (String candidate : new String[] {"/usr/bin/python3", "python3", "python"}) {
      try {
        Process probe =
            new ProcessBuilder(candidate, "-c", "import zmq")
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        if (probe.waitFor(20, TimeUnit.SECONDS) && probe.exitValue() == 0) {
          return candidate;
        }
      } catch (IOException e) {
        assertThat(e).as("%s is not there: the next one", candidate).isNotNull();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return null;
  }

  /** {@return where it listens} */
  Endpoint bound() {
    String line = line();
    assertThat(line).startsWith("bound tcp://");
    return Endpoint.of("zmq://" + line.substring("bound tcp://".length()));
  }

  private String line() {
    try {
      String line = lines.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until it has done its part. */
  void done() {
    String line = line();
    while (line.equals("connected") || line.startsWith("bound")) {
      line = line();
    }
    assertThat(line).startsWith("done");
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(process.exitValue()).isZero();
  }

  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
