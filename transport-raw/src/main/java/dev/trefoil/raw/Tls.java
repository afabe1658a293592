package dev.trefoil.raw;

import dev.trefoil.Options;
import dev.trefoil.TransportSettings;
import dev.trefoil.raw.tls.BadFileException;
import dev.trefoil.raw.tls.Security;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Certificates and keys for {@code raw+tls://} and {@code sp+tls://}, and what is asked of the
 * other side.
 *
 * <p>Get one from {@link #builder()} and hand it to {@code Options.builder().settings(tls)}. A role
 * that only connects needs none if the authorities that the JVM trusts are the right ones.
 *
 * <p>PEM files are read by {@link Builder#build} and read again when a connection begins after they
 * have changed; connections that stand are left alone. If the changed files make no sense, as
 * happens while they are replaced one by one, the old ones stay in use, with a warning in the log.
 * Any thread may share one between roles; there is nothing to close.
 */
public final class Tls implements TransportSettings {
  private final Security security;

  private Tls(Security security) {
    this.security = security;
  }

  /** Whether a listener asks dialers for a certificate. */
  public enum ClientAuthentication {
    /** Anybody may connect. */
    NONE,
    /** Only who shows a certificate that one of the authorities has signed. */
    REQUIRED
  }

  /** Versions of TLS. */
  public enum Version {
    /** Of 2008: for peers that know nothing newer. */
    TLS_1_2,
    /** Of 2018. */
    TLS_1_3
  }

  /** {@return a builder with the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads the files again now, instead of when the next connection begins. Does nothing for a
   * context of the user's own.
   *
   * @throws TlsFileException if one is not what it should be; the old ones stay in use
   */
  public void reload() {
    try {
      security.reload();
    } catch (BadFileException e) {
      throw new TlsFileException(e.path(), String.valueOf(e.getMessage()), e);
    }
  }

  static Security of(Options options) {
    Tls tls = options.settings(Tls.class);
    return tls == null ? Security.JVM_DEFAULT : tls.security;
  }

  /** Collects the settings. Not thread-safe. */
  public static final class Builder {
    private @Nullable Path chain;
    private @Nullable Path key;
    private @Nullable Path authorities;
    private @Nullable SSLContext context;
    private ClientAuthentication clients = ClientAuthentication.NONE;
    private boolean verifyServerName = true;
    private @Nullable String serverName;
    private Version minimum = Version.TLS_1_2;

    private Builder() {}

    /**
     * This side's certificate. A listener must have one; a dialer needs one where the listener
     * requires it. Default: none.
     *
     * @param chainFile PEM: the certificate first, then those between it and its authority
     * @param keyFile PEM: the unencrypted private key as PKCS#8, RSA or elliptic; may be the same
     *     file
     * @return this
     */
    public Builder certificate(Path chainFile, Path keyFile) {
      chain = Objects.requireNonNull(chainFile, "chainFile");
      key = Objects.requireNonNull(keyFile, "keyFile");
      return this;
    }

    /**
     * Whom to trust. Default: the authorities that the JVM trusts, such as those of the Web.
     *
     * @param file PEM: one or more certificates; a certificate that signed itself is its own
     *     authority
     * @return this
     */
    public Builder authorities(Path file) {
      authorities = Objects.requireNonNull(file, "file");
      return this;
    }

    /**
     * A context of the user's own, instead of files: for keys that are not in files, or another way
     * of trusting. It then decides on both; the other settings here still hold.
     *
     * @param value default: none
     * @return this
     */
    public Builder context(SSLContext value) {
      context = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Whether listeners ask dialers for a certificate.
     *
     * @param value default NONE; REQUIRED needs {@link #authorities} or {@link #context}
     * @return this
     */
    public Builder clientAuthentication(ClientAuthentication value) {
      clients = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Whether a dialer checks that the listener's certificate is for the host that it dialed.
     * Without it, whoever has any certificate of a trusted authority can pose as the listener.
     *
     * @param value default true
     * @return this
     */
    public Builder verifyServerName(boolean value) {
      verifyServerName = value;
      return this;
    }

    /**
     * The name that a dialer asks for and expects in the certificate, where it is not the
     * endpoint's host.
     *
     * @param value default: the endpoint's host
     * @return this
     */
    public Builder serverName(String value) {
      serverName = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * The oldest version to speak; nothing older than 1.2 can be had.
     *
     * @param value default TLS_1_2
     * @return this
     */
    public Builder minimumVersion(Version value) {
      minimum = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Reads the files and checks that they fit together.
     *
     * @return the settings
     * @throws TlsFileException if a file is missing or not what it should be
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public Tls build() {
      if (context != null && (chain != null || authorities != null)) {
        throw new IllegalArgumentException("context stands instead of certificate and authorities");
      }
      boolean required = clients == ClientAuthentication.REQUIRED;
      if (required && context == null && authorities == null) {
        throw new IllegalArgumentException(
            "clientAuthentication REQUIRED needs authorities: the file of whose clients to let in");
      }
      Security.Rules rules =
          new Security.Rules(required, verifyServerName, serverName, minimum == Version.TLS_1_3);
      if (context != null) {
        return new Tls(Security.of(context, rules));
      }
      try {
        return new Tls(Security.of(chain, key, authorities, rules));
      } catch (BadFileException e) {
        throw new TlsFileException(e.path(), String.valueOf(e.getMessage()), e);
      }
    }
  }
}
