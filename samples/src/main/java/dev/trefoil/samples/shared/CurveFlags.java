package dev.trefoil.samples.shared;

import dev.trefoil.Options;
import dev.trefoil.zmq.Curve;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** CURVE keys, for endpoints {@code zmq://}. */
public final class CurveFlags {
  private static final String ANY = "any";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--curve-public-key",
      paramLabel = "FILE",
      description = "This side's CURVE public key for zmq://, 40 characters of Z85.")
  private @Nullable Path publicKey;

  @Option(
      names = "--curve-secret-key",
      paramLabel = "FILE",
      description = "Its secret key, 40 characters of Z85.")
  private @Nullable Path secretKey;

  @Option(
      names = "--curve-server-key",
      paramLabel = "FILE",
      description = "Be a CURVE client of the server that has this public key.")
  private @Nullable Path serverKey;

  @Option(
      names = "--curve-allow",
      paramLabel = "FILE|any",
      description =
          "Be a CURVE server that lets in the clients whose public keys stand in the file, one a"
              + " line; any: every client that knows this server's public key. Repeat for more"
              + " files. With --curve-server-key too: server where it binds, client where it"
              + " connects.")
  private List<String> allowed = new ArrayList<>();

  /** {@return whether the user gave any} */
  boolean given() {
    return publicKey != null || secretKey != null || serverKey != null || !allowed.isEmpty();
  }

  void applyTo(Options.Builder options) {
    if (publicKey == null || secretKey == null) {
      throw wrong("CURVE needs both --curve-public-key and --curve-secret-key");
    }
    if (serverKey == null && allowed.isEmpty()) {
      throw wrong("say who is at the other end: --curve-server-key FILE or --curve-allow FILE|any");
    }
    Curve.Keys own = new Curve.Keys(key(publicKey), key(secretKey));
    options.settings(curve(own));
  }

  private Curve curve(Curve.Keys own) {
    boolean anyClient = allowed.contains(ANY);
    if (anyClient && (serverKey != null || allowed.size() > 1)) {
      throw wrong("--curve-allow any stands alone, without --curve-server-key and files");
    }
    if (anyClient) {
      return Curve.serverForAnyClient(own);
    }
    if (serverKey == null) {
      return Curve.server(own, clients());
    }
    return allowed.isEmpty()
        ? Curve.client(own, key(serverKey))
        : Curve.peer(own, key(serverKey), clients());
  }

  private List<String> clients() {
    List<String> keys = new ArrayList<>();
    for (String file : allowed) {
      keys.addAll(lines(Path.of(file)));
    }
    return keys;
  }

  private static String key(Path file) {
    List<String> lines = lines(file);
    if (lines.size() != 1) {
      throw new FailedException(file + ": there should be one key in it, not " + lines.size());
    }
    return lines.get(0);
  }

  /** The keys in a file, each checked, so that the message can name the file. */
  private static List<String> lines(Path file) {
    try {
      List<String> keys =
          Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      keys.forEach(key -> check(file, key));
      return keys;
    } catch (NoSuchFileException e) {
      throw new FailedException(file + ": there is no such file");
    } catch (IOException e) {
      throw new FailedException(file + ": cannot be read: " + e.getMessage());
    }
  }

  private static void check(Path file, String key) {
    try {
      new Curve.Keys(key, key);
    } catch (IllegalArgumentException e) {
      // The message must not show what may be a secret.
      throw new FailedException(file + ": a line in it is not a key of 40 characters of Z85");
    }
  }

  private ParameterException wrong(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
