package dev.trefoil.raw.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom another trust manager trusts, and says in plain words why it does not. Any thread.
 */
final class PlainTrust extends X509ExtendedTrustManager {
  private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,]+)");
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final X509ExtendedTrustManager judge;

  PlainTrust(X509ExtendedTrustManager judge) {
    this.judge = judge;
  }

  /** A certificate was refused; its message is for people. */
  static final class RefusedException extends CertificateException {
    private static final long serialVersionUID = 1L;

    RefusedException(String words, CertificateException cause) {
      super(words, cause);
    }
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static void check(
      String whose, X509Certificate[] chain, @Nullable SSLEngine engine, Check check)
      throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      String expected = engine == null ? null : engine.getPeerHost();
      throw new RefusedException(words(whose, chain, expected, e), e);
    }
  }

  private static String words(
      String whose, X509Certificate[] chain, @Nullable String expected, CertificateException why) {
    String said = said(why);
    if (said.contains("No name matching") || said.contains("No subject alternative")) {
      return whose + " is for " + names(chain[0]) + ", not for " + expected;
    }
    Instant now = Instant.now();
    for (X509Certificate certificate : chain) {
      String one = certificate.equals(chain[0]) ? whose : "an authority behind " + whose;
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        return one + " expired on " + certificate.getNotAfter().toInstant();
      }
      if (now.isBefore(certificate.getNotBefore().toInstant())) {
        return one + " is not valid before " + certificate.getNotBefore().toInstant();
      }
    }
    if (said.contains("unable to find valid certification path") || said.contains("trust anchor")) {
      X509Certificate last = chain[chain.length - 1];
      return whose
          + " is signed by nobody who is trusted here (its authority is "
          + last.getIssuerX500Principal().getName()
          + ")";
    }
    return whose + " is not accepted: " + said;
  }

  private static String said(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at.getMessage() != null && all.indexOf(at.getMessage()) < 0) {
        all.append(all.isEmpty() ? "" : ": ").append(at.getMessage());
      }
    }
    return all.toString();
  }

  private static String names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          int kind = (Integer) alternative.get(0);
          if (kind == DNS_NAME || kind == IP_ADDRESS) {
            names.add(String.valueOf(alternative.get(1)));
          }
        }
      }
    } catch (CertificateParsingException e) {
      names.add("names that cannot be read");
    }
    if (names.isEmpty()) {
      Matcher matcher = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
      names.add(matcher.find() ? matcher.group(1) : "no name at all");
    }
    return String.join(", ", names);
  }

  private static final String SERVERS = "the server's certificate";
  private static final String CLIENTS = "the client's certificate";

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    check(CLIENTS, chain, engine, () -> judge.checkClientTrusted(chain, kind, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine)
      throws CertificateException {
    check(SERVERS, chain, engine, () -> judge.checkServerTrusted(chain, kind, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    check(CLIENTS, chain, null, () -> judge.checkClientTrusted(chain, kind, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket)
      throws CertificateException {
    check(SERVERS, chain, null, () -> judge.checkServerTrusted(chain, kind, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    check(CLIENTS, chain, null, () -> judge.checkClientTrusted(chain, kind));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
    check(SERVERS, chain, null, () -> judge.checkServerTrusted(chain, kind));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }
}
