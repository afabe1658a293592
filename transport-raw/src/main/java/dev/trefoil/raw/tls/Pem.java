package dev.trefoil.raw.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM files. Text around the blocks, and blocks of other kinds, are skipped, so that one file
 * may hold both a certificate and its key.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final long LARGEST = 4L * 1024 * 1024;
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private Pem() {}

  private record Block(String kind, String base64) {}

  /** {@return every certificate of a file, in its order; at least one} */
  static List<X509Certificate> certificates(Path path) throws BadFileException {
    List<X509Certificate> found = new ArrayList<>();
    for (Block block : blocks(path)) {
      if (block.kind.equals("CERTIFICATE")) {
        try {
          CertificateFactory factory = CertificateFactory.getInstance("X.509");
          found.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(bytes(path, block))));
        } catch (CertificateException e) {
          throw new BadFileException(path, "a certificate in it cannot be read", e);
        }
      }
    }
    if (found.isEmpty()) {
      throw new BadFileException(path, "no '-----BEGIN CERTIFICATE-----' is in it");
    }
    return found;
  }

  /** {@return the private key of a file} */
  static PrivateKey key(Path path) throws BadFileException {
    for (Block block : blocks(path)) {
      switch (block.kind) {
        case "PRIVATE KEY" -> {
          return pkcs8(path, bytes(path, block));
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
            throw new BadFileException(
                path,
                "the key is in OpenSSL's old form; turn it into PKCS#8 with"
                    + " 'openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW'");
        case "ENCRYPTED PRIVATE KEY" ->
            throw new BadFileException(
                path,
                "the key is encrypted; decrypt it with 'openssl pkcs8 -in OLD -out NEW' and guard"
                    + " the file by its permissions, or make an SSLContext by yourself");
        default -> {
          // A certificate, or the parameters of a curve.
        }
      }
    }
    throw new BadFileException(path, "no '-----BEGIN PRIVATE KEY-----' is in it");
  }

  private static PrivateKey pkcs8(Path path, byte[] bytes) throws BadFileException {
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(bytes);
    GeneralSecurityException last = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
      } catch (InvalidKeySpecException e) {
        last = e;
      } catch (GeneralSecurityException e) {
        throw new BadFileException(path, "this JVM has no " + algorithm + " keys", e);
      }
    }
    throw new BadFileException(
        path, "the key is none of " + String.join(", ", ALGORITHMS), Objects.requireNonNull(last));
  }

  private static List<Block> blocks(Path path) throws BadFileException {
    String text;
    try {
      if (Files.size(path) > LARGEST) {
        throw new BadFileException(path, "it is far too large for a PEM file");
      }
      text = Files.readString(path, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new BadFileException(path, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new BadFileException(path, "this process may not read it", e);
    } catch (IOException e) {
      throw new BadFileException(path, "it cannot be read: " + e.getMessage(), e);
    }
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  private static byte[] bytes(Path path, Block block) throws BadFileException {
    try {
      return Base64.getMimeDecoder().decode(block.base64);
    } catch (IllegalArgumentException e) {
      throw new BadFileException(path, "a " + block.kind + " in it is not base64", e);
    }
  }
}
