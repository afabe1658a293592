package dev.trefoil.raw.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the connections of a role are secured: makes their engines. Any thread but a loop's, since it
 * may read files.
 */
public final class Security {
  /** What a role without settings has: the JVM's authorities, and no certificate of its own. */
  public static final Security JVM_DEFAULT =
      new Security(null, new KeyFiles(null, null, null), Rules.DEFAULT);

  /**
   * What is asked of the other side.
   *
   * @param clientCertificate whether dialers must show a certificate
   * @param verifyServerName whether a listener's certificate must name the host that was dialed
   * @param serverName the name to ask for and to verify, or null for the endpoint's host
   * @param onlyTls13 whether TLS 1.2 is refused
   */
  public record Rules(
      boolean clientCertificate,
      boolean verifyServerName,
      @Nullable String serverName,
      boolean onlyTls13) {
    /** What a role without settings asks for. */
    public static final Rules DEFAULT = new Rules(false, true, null, false);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Security.class);

  private final @Nullable SSLContext given;
  private final KeyFiles files;
  private final Rules rules;

  private Security(@Nullable SSLContext given, KeyFiles files, Rules rules) {
    this.given = given;
    this.files = files;
    this.rules = rules;
  }

  /** {@return the security of a context that the user made} */
  public static Security of(SSLContext context, Rules rules) {
    return new Security(context, new KeyFiles(null, null, null), rules);
  }

  /**
   * The security of PEM files, which are read at once.
   *
   * @param chain the own certificates, or null
   * @param key their key, or null
   * @param authorities whom to trust, or null for the JVM's own
   * @param rules what is asked of the other side
   * @return it
   * @throws BadFileException if a file is not what it should be
   */
  public static Security of(
      @Nullable Path chain, @Nullable Path key, @Nullable Path authorities, Rules rules)
      throws BadFileException {
    KeyFiles files = new KeyFiles(chain, key, authorities);
    files.load();
    return new Security(null, files, rules);
  }

  /** Reads the files again. */
  public void reload() throws BadFileException {
    if (given == null) {
      files.load();
    }
  }

  /** {@return whether a listener has something to show} */
  public boolean canListen() {
    return given != null || files.hasCertificate();
  }

  /** {@return the context as it is now; its files are read again if they have changed} */
  public SSLContext context() throws BadFileException {
    return given != null ? given : files.current();
  }

  /** {@return the engine of an accepted connection} */
  public SSLEngine forListener(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = parameters(engine);
    parameters.setNeedClientAuth(rules.clientCertificate);
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** {@return the engine of a connection dialed to a host and port} */
  public SSLEngine forDialer(SSLContext context, String host, int port) {
    String name = rules.serverName == null ? host : rules.serverName;
    SSLEngine engine = context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = parameters(engine);
    if (rules.verifyServerName) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    SNIHostName asked = serverName(name);
    if (asked != null) {
      parameters.setServerNames(List.of(asked));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private SSLParameters parameters(SSLEngine engine) {
    List<String> protocols = new ArrayList<>();
    for (String supported : engine.getSupportedProtocols()) {
      if (supported.equals("TLSv1.3") || (supported.equals("TLSv1.2") && !rules.onlyTls13)) {
        protocols.add(supported);
      }
    }
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols.toArray(new String[0]));
    return parameters;
  }

  /** {@return the name to ask the server for; null for addresses, which are never sent as one} */
  private static @Nullable SNIHostName serverName(String host) {
    boolean address = host.indexOf(':') >= 0 || host.chars().noneMatch(Character::isLetter);
    if (address || host.endsWith(".")) {
      return null;
    }
    try {
      return new SNIHostName(host);
    } catch (IllegalArgumentException e) {
      LOG.debug("{} is not sent as a server name, since it has a character that none may", host);
      return null;
    }
  }
}
