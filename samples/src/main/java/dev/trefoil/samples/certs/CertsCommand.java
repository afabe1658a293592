package dev.trefoil.samples.certs;

import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.zmq.Curve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trefoil certs}: an authority's certificate, and a pair of files for either side. */
@Command(
    name = "certs",
    footer = {
      "",
      "Example:",
      "  trefoil certs keys",
      "  trefoil rep --echo --bind raw+tls://127.0.0.1:7000 --tls-cert keys/server.crt --tls-key keys/server.key",
      "  trefoil req --connect raw+tls://127.0.0.1:7000 --tls-ca keys/ca.crt --data hello --count 1"
    },
    header = "Make certificates for TLS, and CURVE keys, for development.",
    description = {
      "",
      "Makes certificates for development: ca.crt, server.crt, server.key, client.crt, client.key,"
          + " for --tls-ca, --tls-cert and --tls-key. The authority's key is not kept.",
      "And CURVE keys for zmq://: curve-server.pub, curve-server.key, curve-client.pub,"
          + " curve-client.key, for --curve-public-key, --curve-secret-key, --curve-server-key and"
          + " --curve-allow. What ends in .key is for its owner's eyes only."
    })
public final class CertsCommand implements Callable<Integer> {
  private static final List<String> NAMES =
      List.of(
          "ca.crt",
          "server.crt",
          "server.key",
          "client.crt",
          "client.key",
          "curve-server.pub",
          "curve-server.key",
          "curve-client.pub",
          "curve-client.key");

  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "DIR", description = "Where to; made if it is not there.")
  private Path folder = Path.of(".");

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description =
          "A name or address of the server, beside localhost, 127.0.0.1 and ::1. Repeat for more.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long they are valid. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(names = "--force", description = "Overwrite what is there.")
  private boolean force;

  /** For one run. */
  public CertsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (days <= 0) {
      throw new ParameterException(spec.commandLine(), "--days must be more than zero");
    }
    Files.createDirectories(folder);
    for (String name : NAMES) {
      if (!force && Files.exists(folder.resolve(name))) {
        throw new FailedException(folder.resolve(name) + " is there already: use --force");
      }
    }
    List<String> subjects = new ArrayList<>(List.of("dns:localhost", "ip:127.0.0.1", "ip:::1"));
    hosts.forEach(host -> subjects.add((isAddress(host) ? "ip:" : "dns:") + host));
    try (Authority authority = new Authority(days)) {
      authority.sign("server", subjects);
      authority.sign("client", List.of("dns:client"));
      write("ca.crt", authority.certificate());
      for (String side : List.of("server", "client")) {
        write(side + ".crt", authority.chain(side));
        writeSecret(side + ".key", authority.key(side));
      }
    }
    for (String side : List.of("server", "client")) {
      Curve.Keys keys = Curve.Keys.generate();
      write("curve-" + side + ".pub", keys.publicKey() + "\n");
      writeSecret("curve-" + side + ".key", keys.secretKey() + "\n");
    }
    return 0;
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.chars().noneMatch(Character::isLetter);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    console.note("wrote " + file);
  }

  /** Readable by its owner alone from the first byte on, where the file system knows owners. */
  private void writeSecret(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    write(name, text);
  }
}
