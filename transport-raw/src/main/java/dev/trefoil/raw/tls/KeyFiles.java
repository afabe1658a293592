package dev.trefoil.raw.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@code SSLContext} made of PEM files, and made anew when they have changed. Any thread; it
 * reads files, so not a loop.
 *
 * <p>Its lock guards what was loaded, and is held while files are read.
 */
final class KeyFiles {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFiles.class);
  private static final char[] NO_PASSWORD = {};

  private final @Nullable Path chain;
  private final @Nullable Path key;
  private final @Nullable Path authorities;

  private final ReentrantLock lock = new ReentrantLock();
  private List<Object> stamps = List.of();
  private @Nullable SSLContext loaded;

  KeyFiles(@Nullable Path chain, @Nullable Path key, @Nullable Path authorities) {
    this.chain = chain;
    this.key = key;
    this.authorities = authorities;
  }

  boolean hasCertificate() {
    return chain != null;
  }

  boolean hasAuthorities() {
    return authorities != null;
  }

  /** Reads the files again, now. */
  void load() throws BadFileException {
    lock.lock();
    try {
      // Taken first: a change while the files are read is then seen the next time.
      stamps = stampsNow();
      loaded = read();
    } finally {
      lock.unlock();
    }
  }

  /**
   * {@return the context of the files as they are now, or as they were when they last made sense}
   */
  SSLContext current() throws BadFileException {
    lock.lock();
    try {
      SSLContext before = loaded;
      if (before != null && stampsNow().equals(stamps)) {
        return before;
      }
      try {
        load();
        if (before != null) {
          LOG.info("certificates have changed and were loaded again");
        }
      } catch (BadFileException e) {
        if (before == null) {
          throw e;
        }
        LOG.warn("certificates have changed but the old ones stay in use: {}", e.getMessage());
      }
      return Objects.requireNonNull(loaded);
    } finally {
      lock.unlock();
    }
  }

  private List<Object> stampsNow() {
    List<Object> now = new ArrayList<>();
    stamp(chain, now);
    stamp(key, now);
    stamp(authorities, now);
    return now;
  }

  private static void stamp(@Nullable Path path, List<Object> to) {
    if (path == null) {
      return;
    }
    try {
      BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
      to.add(file.lastModifiedTime());
      to.add(file.size());
      to.add(String.valueOf(file.fileKey()));
    } catch (IOException e) {
      to.add("missing");
    }
  }

  private SSLContext read() throws BadFileException {
    KeyManager[] ours = keyManagers();
    TrustManager[] trust = trustManagers();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(ours, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new BadFileException(anyPath(), "TLS does not start with it: " + e.getMessage(), e);
    }
  }

  private Path anyPath() {
    Path any = chain != null ? chain : authorities;
    return any == null ? Path.of("the JVM's own authorities") : any;
  }

  private KeyManager @Nullable [] keyManagers() throws BadFileException {
    if (chain == null || key == null) {
      return null;
    }
    List<X509Certificate> certificates = Pem.certificates(chain);
    PrivateKey secret = Pem.key(key);
    checkPair(secret, certificates.get(0));
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry("ours", secret, NO_PASSWORD, certificates.toArray(new Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, NO_PASSWORD);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new BadFileException(chain, "it cannot be used: " + e.getMessage(), e);
    }
  }

  /** While files are replaced one after the other, the key may not belong to the certificate. */
  private void checkPair(PrivateKey secret, X509Certificate certificate) throws BadFileException {
    Path path = Objects.requireNonNull(key);
    try {
      boolean pair = isPair(secret, certificate.getPublicKey());
      if (!pair) {
        throw new BadFileException(path, "the key does not belong to the certificate in " + chain);
      }
    } catch (GeneralSecurityException e) {
      throw new BadFileException(path, "the key does not belong to the certificate in " + chain, e);
    }
  }

  private static boolean isPair(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
    String algorithm =
        switch (secret.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "RSASSA-PSS" -> null;
          default -> "EdDSA";
        };
    if (algorithm == null) {
      return true;
    }
    byte[] sample = {1, 2, 3, 4};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(secret);
    signature.update(sample);
    byte[] signed = signature.sign();
    signature.initVerify(open);
    signature.update(sample);
    return signature.verify(signed);
  }

  private TrustManager[] trustManagers() throws BadFileException {
    try {
      KeyStore store = null;
      if (authorities != null) {
        store = emptyStore();
        int count = 0;
        for (X509Certificate certificate : Pem.certificates(authorities)) {
          store.setCertificateEntry("authority-" + count++, certificate);
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      TrustManager[] managers = factory.getTrustManagers();
      for (int i = 0; i < managers.length; i++) {
        if (managers[i] instanceof X509ExtendedTrustManager extended) {
          managers[i] = new PlainTrust(extended);
        }
      }
      return managers;
    } catch (GeneralSecurityException | IOException e) {
      throw new BadFileException(anyPath(), "it cannot be trusted: " + e.getMessage(), e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
