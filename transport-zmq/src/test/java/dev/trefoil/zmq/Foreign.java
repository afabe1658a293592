package dev.trefoil.zmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trefoil.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A peer on libzmq in a process of its own, which does its part of a role and says so. */
final class Foreign implements AutoCloseable {
  /** What the peer is written in. Both understand the same arguments. */
  enum Kind {
    /** The script peer.py, run by a Python that has zmq. */
    PYTHON("a Python with the module zmq (Debian's python3-zmq)") {
      @Override
      @Nullable List<String> prepare() {
        for (String candidate : new String[] {"/usr/bin/python3", "python3", "python"}) {
          if (succeeds(List.of(candidate, "-c", "import zmq"))) {
            return List.of(candidate, resource("/peer.py").toString());
          }
        }
        return null;
      }
    },
    /** The program peer.c, compiled here. */
    C("a C compiler and libzmq's headers (Debian's gcc and libzmq3-dev)") {
      @Override
      @Nullable List<String> prepare() {
        try {
          Path directory = Files.createTempDirectory("trefoil-peer");
          Path program = directory.resolve("peer");
          directory.toFile().deleteOnExit();
          program.toFile().deleteOnExit();
          String source = resource("/peer.c").toString();
          List<String> compile =
              List.of("gcc", "-O1", "-Wall", "-Werror", "-o", program.toString(), source, "-lzmq");
          return headers() && succeeds(compile) ? List.of(program.toString()) : null;
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }

      /** So that a peer that does not compile is no reason to skip. */
      private boolean headers() {
        String include = "echo '#include <zmq.h>' | gcc -fsyntax-only -x c -";
        return succeeds(List.of("sh", "-c", include));
      }
    };

    private final String needs;

    Kind(String needs) {
      this.needs = needs;
    }

    abstract @Nullable List<String> prepare();

    private @Nullable List<String> command() {
      return COMMANDS
          .computeIfAbsent(this, kind -> Optional.ofNullable(kind.prepare()))
          .orElse(null);
    }

    /** Skips the test when there is none, or fails it where nothing may be skipped. */
    void require() {
      boolean there = command() != null;
      if (!there && Boolean.getBoolean("trefoil.require.all")) {
        fail("missing: " + needs);
      }
      assumeTrue(there, "missing: " + needs);
    }

    /** Starts one; {@code keys} are public, secret and the server's, or "-" to be the server. */
    Foreign peer(String role, String how, String uri, int count, String... keys) {
      List<String> prefix = command();
      assertThat(prefix).isNotNull();
      List<String> whole = new ArrayList<>(prefix);
      whole.addAll(List.of(role, how, uri, Integer.toString(count)));
      whole.addAll(List.of(keys));
      try {
        return new Foreign(
            new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.INHERIT).start());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static final Map<Kind, Optional<List<String>>> COMMANDS = new ConcurrentHashMap<>();

  private final Process process;
  private final BufferedReader lines;

  private Foreign(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  private static Path resource(String name) {
    URL found = Foreign.class.getResource(name);
    assertThat(found).isNotNull();
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
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

  /** As {@code kill -9} does; returns when it is dead, so that its address is free. */
  void kill() {
    process.destroyForcibly();
    try {
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
