package dev.trefoil.samples.bump;

import dev.trefoil.Options;
import dev.trefoil.raw.Tls;
import dev.trefoil.samples.certs.CertsCommand;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.zmq.Curve;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Certificates and CURVE keys for one run, as {@code trefoil certs} makes them, where the transport
 * wants some. Close it to delete them. For the command's thread.
 */
final class Secrets implements AutoCloseable {
  private final String transport;
  private final @Nullable Path folder;

  private Secrets(String transport, @Nullable Path folder) {
    this.transport = transport;
    this.folder = folder;
  }

  /** Makes those of a transport: none for one that sends in the clear. */
  static Secrets of(String transport) throws IOException {
    if (!transport.contains("+")) {
      return new Secrets(transport, null);
    }
    Secrets secrets = new Secrets(transport, Files.createTempDirectory("trefoil-bump"));
    try {
      secrets.make();
      return secrets;
    } catch (RuntimeException e) {
      secrets.close();
      throw e;
    }
  }

  private void make() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    Console console =
        Console.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), err);
    String[] arguments = {folder().toString(), "--host", NetworkMachine.ADDRESS, "--days", "1"};
    int exit =
        new CommandLine(new CertsCommand(console))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  err.println(failure.getMessage());
                  return 1;
                })
            .execute(arguments);
    if (exit != 0) {
      throw new FailedException("no certificates: " + said.toString(StandardCharsets.UTF_8));
    }
  }

  /** What a server process is told. */
  List<String> flags() {
    if (folder == null) {
      return List.of();
    }
    return isCurve()
        ? List.of(
            "--curve-public-key",
            file("curve-server.pub"),
            "--curve-secret-key",
            file("curve-server.key"),
            "--curve-allow",
            file("curve-client.pub"))
        : List.of("--tls-cert", file("server.crt"), "--tls-key", file("server.key"));
  }

  /** What a role of this process is told: it may bind or connect. */
  void applyTo(Options.Builder options) {
    if (folder == null) {
      return;
    }
    if (isCurve()) {
      Curve.Keys own = new Curve.Keys(read("curve-client.pub"), read("curve-client.key"));
      options.settings(Curve.peer(own, read("curve-server.pub"), List.of(own.publicKey())));
    } else {
      options.settings(
          Tls.builder()
              .certificate(folder.resolve("server.crt"), folder.resolve("server.key"))
              .authorities(folder.resolve("ca.crt"))
              .build());
    }
  }

  private boolean isCurve() {
    return transport.endsWith("+curve");
  }

  private Path folder() {
    if (folder == null) {
      throw new IllegalStateException(transport + " needs no secrets");
    }
    return folder;
  }

  private String file(String name) {
    return folder().resolve(name).toString();
  }

  private String read(String name) {
    try {
      return Files.readString(folder().resolve(name), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
