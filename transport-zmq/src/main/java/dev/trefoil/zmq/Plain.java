package dev.trefoil.zmq;

import dev.trefoil.TransportSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import zmq.Options;
import zmq.io.mechanism.Mechanisms;

/**
 * User and password of a role on {@code zmq://}. Both travel in clear, and so does everything else:
 * for networks where nobody listens; otherwise {@link Curve}.
 *
 * <p>Get one from {@link #server} or {@link #client}, and hand it to {@code
 * Options.builder().settings(...)}. Immutable: any thread may share one.
 */
public final class Plain implements TransportSettings, Security {
  private static final int LONGEST = 127;

  private final @Nullable Map<String, String> users;
  private final String user;
  private final String password;

  private Plain(@Nullable Map<String, String> users, String user, String password) {
    this.users = users;
    this.user = user;
    this.password = password;
  }

  /**
   * A server that knows some users.
   *
   * @param passwords each user's password
   * @return the settings
   */
  public static Plain server(Map<String, String> passwords) {
    passwords.forEach(Plain::check);
    return new Plain(Map.copyOf(new LinkedHashMap<>(passwords)), "", "");
  }

  /**
   * A client.
   *
   * @param user up to 127 bytes of UTF-8
   * @param password up to 127 bytes of UTF-8
   * @return the settings
   */
  public static Plain client(String user, String password) {
    check(user, password);
    return new Plain(null, user, password);
  }

  /** JeroMQ reads the lengths as signed bytes. */
  private static void check(String user, String password) {
    if (utf8(user).length > LONGEST || utf8(password).length > LONGEST) {
      throw new IllegalArgumentException("user and password have at most 127 bytes each");
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String mechanism() {
    return "PLAIN";
  }

  @Override
  public boolean server(boolean connected) {
    return users != null;
  }

  @Override
  public void configure(Options options, boolean connected) {
    options.mechanism = Mechanisms.PLAIN;
    options.asServer = server(connected);
    options.plainUsername = user;
    options.plainPassword = password;
  }

  @Override
  public boolean admits(List<byte[]> credentials) {
    if (users == null || credentials.size() != 2) {
      return false;
    }
    String expected = users.get(new String(credentials.get(0), StandardCharsets.UTF_8));
    return expected != null && MessageDigest.isEqual(utf8(expected), credentials.get(1));
  }

  /** Does not show passwords. */
  @Override
  public String toString() {
    return users == null ? "Plain[client " + user + "]" : "Plain[server of " + users.size() + "]";
  }
}
