package dev.trefoil;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a role listens or connects to: {@code scheme://host:port}, or {@code inproc://name}, or
 * {@code scheme:///path}.
 *
 * <p>Get one from {@link #of(String)} or from what a role's {@code bind} returns. IPv6 addresses
 * stand in brackets, the host {@code *} binds all interfaces, and port 0 lets the system pick one.
 * The scheme chooses the transport. Endpoints are immutable values: any thread may use them.
 */
public final class Endpoint {
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");
  private static final int LARGEST_PORT = 65_535;

  private final String scheme;
  private final @Nullable String host;
  private final int port;
  private final String name;

  private Endpoint(String scheme, @Nullable String host, int port, String name) {
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.name = name;
  }

  /**
   * Reads an endpoint.
   *
   * @param text such as {@code raw://127.0.0.1:7000}, {@code zmq://*:0}, {@code inproc://orders}
   * @return the endpoint
   * @throws EndpointException if the text is not an endpoint; the message says what is wrong
   */
  public static Endpoint of(String text) {
    Objects.requireNonNull(text, "an endpoint must not be null: write one such as raw://host:7000");
    int colon = text.indexOf("://");
    if (colon <= 0) {
      throw new EndpointException(text, "it has no scheme: write one such as raw://host:7000");
    }
    String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!SCHEME.matcher(scheme).matches()) {
      throw new EndpointException(text, "the scheme '" + scheme + "' has a character it may not");
    }
    String rest = text.substring(colon + 3);
    if (scheme.equals("inproc") || rest.startsWith("/")) {
      return named(text, scheme, rest);
    }
    return hostAndPort(text, scheme, rest);
  }

  /**
   * Makes an endpoint from its parts.
   *
   * @param scheme the transport's scheme
   * @param host a name, an address (IPv6 without brackets), or {@code *}
   * @param port 0 to 65535
   * @return the endpoint
   * @throws EndpointException if a part is not valid
   */
  public static Endpoint of(String scheme, String host, int port) {
    Objects.requireNonNull(scheme, "the scheme must not be null");
    Objects.requireNonNull(host, "the host must not be null: * stands for all interfaces");
    boolean bracket = host.indexOf(':') >= 0 && !host.startsWith("[");
    return of(scheme + "://" + (bracket ? "[" + host + "]" : host) + ":" + port);
  }

  private static Endpoint named(String text, String scheme, String rest) {
    if (rest.isEmpty() || rest.equals("/")) {
      throw new EndpointException(text, "it has no name after the ://");
    }
    if (rest.chars().anyMatch(c -> c <= ' ' || c == 127)) {
      throw new EndpointException(text, "its name has a blank or a control character");
    }
    return new Endpoint(scheme, null, -1, rest);
  }

  private static Endpoint hostAndPort(String text, String scheme, String rest) {
    int split = rest.lastIndexOf(':');
    if (split < 0 || split < rest.lastIndexOf(']')) {
      throw new EndpointException(text, "it has no port: end it with one such as :7000");
    }
    String host = rest.substring(0, split);
    int port = port(text, rest.substring(split + 1));
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      if (!host.isEmpty() && host.indexOf(':') < 0) {
        throw new EndpointException(text, "only an IPv6 address stands in brackets");
      }
    } else if (host.startsWith("[")) {
      throw new EndpointException(text, "the bracket before its IPv6 address is never closed");
    } else if (host.indexOf(':') >= 0) {
      throw new EndpointException(
          text, "an IPv6 address stands in brackets: [" + host + "]:" + port);
    }
    if (host.isEmpty()) {
      throw new EndpointException(text, "it has no host: name one, or * for all interfaces");
    }
    if (host.chars().anyMatch(c -> c <= ' ' || c == 127 || "/?#@[]".indexOf(c) >= 0)) {
      throw new EndpointException(text, "the host '" + host + "' has a character it may not");
    }
    // Written anew, so that two ways to write a port make one endpoint.
    String name = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    return new Endpoint(scheme, host, port, name);
  }

  private static int port(String text, String digits) {
    if (digits.isEmpty()
        || digits.length() > 9
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new EndpointException(text, "'" + digits + "' is not a port number");
    }
    int port = Integer.parseInt(digits);
    if (port > LARGEST_PORT) {
      throw new EndpointException(text, "port " + port + " is not between 0 and " + LARGEST_PORT);
    }
    return port;
  }

  /**
   * The scheme, in lower case.
   *
   * @return such as {@code raw}
   */
  public String scheme() {
    return scheme;
  }

  /**
   * Whether this endpoint has a host and a port, rather than a name.
   *
   * @return false for {@code inproc://name} and {@code scheme:///path}
   */
  public boolean hasHost() {
    return host != null;
  }

  /**
   * The host, without brackets.
   *
   * @return a name, an address or {@code *}
   * @throws EndpointException if this endpoint has none
   */
  public String host() {
    if (host == null) {
      throw new EndpointException(toString(), "it has a name and no host");
    }
    return host;
  }

  /**
   * The port.
   *
   * @return 0 to 65535, or -1 if this endpoint has a name instead of a host
   */
  public int port() {
    return port;
  }

  /**
   * What follows the {@code ://}: the name, the path, or host and port.
   *
   * @return never empty
   */
  public String name() {
    return name;
  }

  /**
   * The same endpoint with another port: what bind returns after the system picked one.
   *
   * @param newPort 1 to 65535
   * @return the endpoint
   */
  public Endpoint withPort(int newPort) {
    return of(scheme, host(), newPort);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Endpoint that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return scheme + "://" + name;
  }
}
