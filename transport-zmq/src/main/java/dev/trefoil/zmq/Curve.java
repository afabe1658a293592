package dev.trefoil.zmq;

import dev.trefoil.TransportSettings;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import zmq.Options;
import zmq.io.mechanism.Mechanisms;
import zmq.util.Z85;

/**
 * CURVE keys of a role on {@code zmq://}: everything is encrypted, and each side knows the other's
 * key. Which side is the server has nothing to do with which side binds.
 *
 * <p>Get one from {@link #server} or {@link #client}, and hand it to {@code
 * Options.builder().settings(...)}. Immutable: any thread may share one. Keys are written as in
 * ZeroMQ, 40 characters of Z85.
 */
public final class Curve implements TransportSettings, Security {
  private static final int KEY_CHARACTERS = 40;
  private static final int KEY_BYTES = 32;

  private final byte[] publicKey;
  private final byte[] secretKey;
  private final byte @Nullable [] serverKey;
  private final @Nullable Set<String> clients;

  /**
   * A key pair.
   *
   * @param publicKey to be given to the other side, 40 characters
   * @param secretKey to be kept, 40 characters
   */
  public record Keys(String publicKey, String secretKey) {
    /** Checks both. */
    public Keys {
      bytes(publicKey, "the public key");
      bytes(secretKey, "the secret key");
    }

    /** {@return a new pair, from the system's source of randomness} */
    public static Keys generate() {
      String[] pair = new zmq.io.mechanism.curve.Curve().keypairZ85();
      return new Keys(pair[0], pair[1]);
    }

    /** Does not show the secret key. */
    @Override
    public String toString() {
      return "Keys[publicKey=" + publicKey + "]";
    }
  }

  private Curve(Keys own, byte @Nullable [] serverKey, @Nullable Set<String> clients) {
    this.publicKey = bytes(own.publicKey(), "the public key");
    this.secretKey = bytes(own.secretKey(), "the secret key");
    this.serverKey = serverKey;
    this.clients = clients;
  }

  /**
   * A server that lets in the clients on a list.
   *
   * @param own its keys
   * @param clientKeys the public keys of the clients, 40 characters each
   * @return the settings
   */
  public static Curve server(Keys own, Collection<String> clientKeys) {
    Set<String> allowed = new HashSet<>();
    for (String key : clientKeys) {
      bytes(key, "a client's public key");
      allowed.add(key);
    }
    return new Curve(own, null, Set.copyOf(allowed));
  }

  /**
   * A server that lets in every client that knows its public key.
   *
   * @param own its keys
   * @return the settings
   */
  public static Curve serverForAnyClient(Keys own) {
    return new Curve(own, null, null);
  }

  /**
   * A client of one server.
   *
   * @param own its keys
   * @param serverKey the server's public key, 40 characters
   * @return the settings
   */
  public static Curve client(Keys own, String serverKey) {
    return new Curve(own, bytes(serverKey, "the server's public key"), Set.of());
  }

  private static byte[] bytes(String key, String what) {
    Objects.requireNonNull(key, what);
    byte[] bytes = key.length() == KEY_CHARACTERS ? Z85.decode(key) : null;
    if (bytes == null || bytes.length != KEY_BYTES) {
      throw new IllegalArgumentException(what + " is not 40 characters of Z85");
    }
    return bytes;
  }

  @Override
  public String mechanism() {
    return "CURVE";
  }

  @Override
  public boolean server() {
    return serverKey == null;
  }

  @Override
  public void configure(Options options) {
    options.mechanism = Mechanisms.CURVE;
    options.asServer = server();
    options.curvePublicKey = publicKey.clone();
    options.curveSecretKey = secretKey.clone();
    if (serverKey != null) {
      options.curveServerKey = serverKey.clone();
    }
  }

  @Override
  public boolean admits(List<byte[]> credentials) {
    if (clients == null) {
      return true;
    }
    byte[] key = credentials.get(0);
    return key.length == KEY_BYTES && clients.contains(Z85.encode(key, key.length));
  }

  /** Does not show the secret key. */
  @Override
  public String toString() {
    String own = Z85.encode(publicKey, KEY_BYTES);
    return "Curve[" + (server() ? "server" : "client") + ", publicKey=" + own + "]";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Curve that
        && Arrays.equals(publicKey, that.publicKey)
        && Arrays.equals(secretKey, that.secretKey)
        && Arrays.equals(serverKey, that.serverKey)
        && Objects.equals(clients, that.clients);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(publicKey);
  }
}
