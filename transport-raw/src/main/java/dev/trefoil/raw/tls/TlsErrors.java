package dev.trefoil.raw.tls;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts what TLS throws into plain words. */
public final class TlsErrors {
  private static final String ALERT = "Received fatal alert: ";

  private static final Pattern ALERT_IN_FRONT = Pattern.compile("^\\([a-z_]+\\) ");

  private static final Map<String, String> ALERTS =
      Map.ofEntries(
          Map.entry("certificate_required", "it wants a certificate, and none was offered"),
          Map.entry("bad_certificate", "it does not accept our certificate, or misses one"),
          Map.entry("certificate_unknown", "it does not accept our certificate"),
          Map.entry("certificate_expired", "our certificate has expired"),
          Map.entry("certificate_revoked", "our certificate was revoked"),
          Map.entry("unsupported_certificate", "it cannot use our kind of certificate"),
          Map.entry("unknown_ca", "it does not trust the authority that signed our certificate"),
          Map.entry("access_denied", "it does not let our certificate in"),
          Map.entry("protocol_version", "there is no version of TLS that both sides speak"),
          Map.entry("handshake_failure", "there is no way of securing that both sides know"),
          Map.entry("unrecognized_name", "it does not answer to the name that was asked for"));

  private TlsErrors() {}

  /**
   * What happened, for people.
   *
   * @param e what was thrown
   * @return such as {@code the server's certificate expired on ...}
   */
  public static String words(Throwable e) {
    PlainTrust.RefusedException refused = find(e, PlainTrust.RefusedException.class);
    if (refused != null) {
      return String.valueOf(refused.getMessage());
    }
    BadFileException file = find(e, BadFileException.class);
    if (file != null) {
      return String.valueOf(file.getMessage());
    }
    String said = said(e);
    if (isAlert(e)) {
      String alert = said.substring(ALERT.length());
      return "the other side refused: " + ALERTS.getOrDefault(alert, alert.replace('_', ' '));
    } else if (said.contains("Empty client certificate chain")
        || said.contains("Empty server certificate chain")
        || said.contains("null cert chain")) {
      return "the peer offered no certificate";
    } else if (said.contains("recognized SSL message") || said.contains("plaintext connection")) {
      return "the other side speaks no TLS";
    } else if (said.contains("No name matching") || said.contains("No subject alternative")) {
      return "the server's certificate is for another name: " + said;
    } else if (said.contains("unable to find valid certification path")) {
      return "the other side's certificate is signed by nobody who is trusted here";
    } else if (said.contains("is not enabled or supported")
        || said.contains("not accepted by client preferences")
        || said.contains("No appropriate protocol")) {
      return "there is no version of TLS that both sides speak";
    } else if (said.contains("no cipher suites in common")) {
      return "there is no way of securing that both sides know";
    }
    return "TLS failed: " + said;
  }

  /** {@return whether the peer has refused, rather than this side} */
  public static boolean isAlert(Throwable e) {
    return said(e).startsWith(ALERT);
  }

  /** What the JDK says; newer ones put the alert in front, as {@code (certificate_unknown) ...}. */
  private static String said(Throwable e) {
    return ALERT_IN_FRONT.matcher(String.valueOf(e.getMessage())).replaceFirst("");
  }

  private static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
    int depth = 0;
    for (Throwable at = e; at != null && depth < 20; at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
      depth++;
    }
    return null;
  }
}
