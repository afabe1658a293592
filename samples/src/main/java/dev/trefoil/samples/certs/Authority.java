package dev.trefoil.samples.certs;

import dev.trefoil.samples.shared.FailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An authority that lives as long as the command: it signs a few certificates and is forgotten, key
 * and all. Java can read certificates but has no public way to make them, so keytool does.
 */
final class Authority implements AutoCloseable {
  private static final String PASSWORD = "for-one-run-only";
  private static final String NAME = "ca";
  private static final long LIMIT_SECONDS = 60;

  private final Path folder;
  private final Path store;
  private final int days;

  Authority(int days) throws IOException, InterruptedException {
    this.folder = Files.createTempDirectory("trefoil-certs");
    this.store = folder.resolve("all.p12");
    this.days = days;
    // Should a signal end the command: no key is left behind. The last one named goes first.
    folder.toFile().deleteOnExit();
    store.toFile().deleteOnExit();
    boolean made = false;
    try {
      keytool(NAME, "-dname", "CN=Trefoil development", "-ext", "bc:c");
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  /** Signs a certificate for names such as {@code dns:localhost} and {@code ip:127.0.0.1}. */
  void sign(String name, List<String> subjects) throws IOException, InterruptedException {
    String alternatives = "san=" + String.join(",", subjects);
    keytool(name, "-dname", "CN=" + name, "-signer", NAME, "-ext", alternatives);
  }

  private void keytool(String name, String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", name, "-keyalg", "EC"));
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-validity", Integer.toString(days)));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new FailedException("keytool did not make the certificate: " + said.strip());
      }
    } finally {
      process.destroy();
    }
  }

  /** The authority's own certificate, as PEM. */
  String certificate() throws IOException {
    return chain(NAME);
  }

  /** A certificate and those behind it, as PEM. */
  String chain(String name) throws IOException {
    try {
      StringBuilder chain = new StringBuilder();
      for (Certificate certificate : open().getCertificateChain(name)) {
        chain.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
      return chain.toString();
    } catch (GeneralSecurityException e) {
      throw new IOException("the new certificate cannot be read: " + e.getMessage(), e);
    }
  }

  /** The private key of a certificate, as PEM. */
  String key(String name) throws IOException {
    try {
      Key key = open().getKey(name, PASSWORD.toCharArray());
      return pem("PRIVATE KEY", key.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException("the new key cannot be read: " + e.getMessage(), e);
    }
  }

  private KeyStore open() throws IOException, GeneralSecurityException {
    return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
  }

  private static String pem(String kind, byte[] bytes) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(store);
    Files.deleteIfExists(folder);
  }
}
