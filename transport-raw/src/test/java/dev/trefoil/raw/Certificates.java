package dev.trefoil.raw;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates for tests, made by the JDK's keytool: one authority, and whom it signs. Made once
 * for the test run, in a folder that goes with the JVM.
 */
final class Certificates {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** A certificate with its key, as PEM files. */
  record Pair(Path chain, Path key) {
    Tls.Builder with() {
      return Tls.builder().certificate(chain, key);
    }
  }

  private static final class Holder {
    static final Certificates ONE = new Certificates();
  }

  private final Path folder;
  final Path authority;
  final Pair server;
  final Pair client;

  private Certificates() {
    try {
      folder = Files.createTempDirectory("trefoil-certificates");
      folder.toFile().deleteOnExit();
      authority = makeAuthority("authority");
      server = make("server", "RSA", "authority", "-ext", "san=dns:localhost,ip:127.0.0.1,ip:::1");
      client = make("client", "EC", "authority", "-ext", "san=dns:client.test");
    } catch (Exception e) {
      throw new IllegalStateException("keytool made no certificates", e);
    }
  }

  static Certificates get() {
    return Holder.ONE;
  }

  /** {@return settings of a role that listens and dials, with a certificate asked of both sides} */
  static Tls mutual() {
    Certificates all = get();
    return all.server
        .with()
        .authorities(all.authority)
        .clientAuthentication(Tls.ClientAuthentication.REQUIRED)
        .build();
  }

  /** Another authority; {@return its certificate} */
  Path makeAuthority(String name) throws Exception {
    keytool(name, "EC", "-dname", "CN=Authority " + name, "-ext", "bc:c", "-validity", "3");
    return export(name).chain();
  }

  /** A certificate that an authority of this folder signs. */
  Pair make(String name, String algorithm, String signer, String... more) throws Exception {
    List<String> all = new ArrayList<>(List.of("-dname", "CN=" + name, "-signer", signer));
    all.addAll(List.of(more));
    if (!all.contains("-validity")) {
      all.addAll(List.of("-validity", "3"));
    }
    keytool(name, algorithm, all.toArray(new String[0]));
    return export(name);
  }

  private Path store() {
    return folder.resolve("all.p12");
  }

  private void keytool(String name, String algorithm, String... more) throws Exception {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(tool.toString(), "-J-XX:TieredStopAtLevel=1", "-genkeypair"));
    command.addAll(List.of("-alias", name, "-keyalg", algorithm));
    command.addAll(List.of("-keystore", store().toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", new String(PASSWORD), "-noprompt"));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said;
    try (InputStream output = process.getInputStream()) {
      said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(command + " failed: " + said);
    }
    store().toFile().deleteOnExit();
  }

  private Pair export(String name) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(store().toFile(), PASSWORD);
    StringBuilder chain = new StringBuilder();
    for (Certificate certificate : store.getCertificateChain(name)) {
      chain.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Path chainFile = write(name + ".crt", chain.toString());
    Path keyFile =
        write(name + ".key", pem("PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded()));
    return new Pair(chainFile, keyFile);
  }

  private Path write(String name, String text) throws IOException {
    Path path = Files.writeString(folder.resolve(name), text);
    path.toFile().deleteOnExit();
    return path;
  }

  /** {@return what a user makes without our help, of a certificate here and an authority} */
  static SSLContext context(String name, String authority) throws Exception {
    KeyStore all = KeyStore.getInstance(get().store().toFile(), PASSWORD);
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    one.setKeyEntry(name, all.getKey(name, PASSWORD), PASSWORD, all.getCertificateChain(name));
    one.setCertificateEntry(authority, all.getCertificate(authority));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(one, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(one);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  static String pem(String kind, byte[] bytes) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }
}
