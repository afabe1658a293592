package dev.trefoil.zmq;

import dev.trefoil.TransportSettings;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
 * <p>Get one from {@link #server}, {@link #client} or {@link #peer}, and hand it to {@code
 * Options.builder().settings(...)}. Immutable: any thread may share one. Keys are written as in
 * ZeroMQ, 40 characters of Z85.
 */
public final class Curve implements TransportSettings, Security {
  private static final int KEY_CHARACTERS = 40;
  private static final int KEY_BYTES = 32;

  /** Where a role is the server. */
  private enum Side {
    SERVER,
    CLIENT,
    AS_BOUND
  }

  private final Side side;
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

  private Curve(Side side, Keys own, byte @Nullable [] serverKey, @Nullable Set<String> clients) {
    this.side = side;
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
    return new Curve(Side.SERVER, own, null, allowed(clientKeys));
  }

  /**
   * A server that lets in every client that knows its public key.
   *
   * @param own its keys
   * @return the settings
   */
  public static Curve serverForAnyClient(Keys own) {
    return new Curve(Side.SERVER, own, null, null);
  }

  /**
   * A client of one server.
   *
   * @param own its keys
   * @param serverKey the server's public key, 40 characters
   * @return the settings
   */
  public static Curve client(Keys own, String serverKey) {
    return new Curve(Side.CLIENT, own, bytes(serverKey, "the server's public key"), Set.of());
  }

  /**
   * A server where the role binds, and a client where it connects: for a role that does both, or
   * for a program whose roles share one pair of keys.
   *
   * @param own its keys
   * @param serverKey the public key of the servers that it connects to, 40 characters
   * @param clientKeys the public keys of the clients that it lets in, 40 characters each
   * @return the settings
   */
  public static Curve peer(Keys own, String serverKey, Collection<String> clientKeys) {
    return new Curve(
        Side.AS_BOUND, own, bytes(serverKey, "the server's public key"), allowed(clientKeys));
  }

  private static Set<String> allowed(Collection<String> clientKeys) {
    Set<String> allowed = new HashSet<>();
    for (String key : clientKeys) {
      bytes(key, "a client's public key");
      allowed.add(key);
    }
    return Set.copyOf(allowed);
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
  public boolean server(boolean connected) {
    return side == Side.SERVER || (side == Side.AS_BOUND && !connected);
  }

  @Override
  public void configure(Options options, boolean connected) {
    options.mechanism = Mechanisms.CURVE;
    options.asServer = server(connected);
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
    return "Curve[" + side.name().toLowerCase(Locale.ROOT) + ", publicKey=" + own + "]";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Curve that
        && side == that.side
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
