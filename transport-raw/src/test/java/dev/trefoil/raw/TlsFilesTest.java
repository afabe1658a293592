package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of certificates and keys are checked when they are read, and read again when they change.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsFilesTest {
  private static final Certificates ALL = Certificates.get();

  @TempDir Path folder;

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("missing.crt");
    assertThatThrownBy(() -> Tls.builder().certificate(missing, ALL.server.key()).build())
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining("missing.crt: there is no such file")
        .satisfies(e -> assertThat(((TlsFileException) e).path()).isEqualTo(missing));
  }

  @Test
  void aFileWithoutCertificateSaysSo() {
    assertThatThrownBy(() -> Tls.builder().authorities(ALL.server.key()).build())
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining("no '-----BEGIN CERTIFICATE-----' is in it");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    Certificates.Pair other = ALL.make("other-rsa", "RSA", "authority");
    for (Path wrong : new Path[] {ALL.client.key(), other.key()}) {
      assertThatThrownBy(() -> Tls.builder().certificate(ALL.server.chain(), wrong).build())
          .isInstanceOf(TlsFileException.class)
          .hasMessageContaining("the key does not belong to the certificate");
    }
  }

  @Test
  void keysInOtherFormsSayHowToConvertThem() throws Exception {
    for (String kind :
        new String[] {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      Path key = Files.writeString(folder.resolve("old.key"), Certificates.pem(kind, new byte[8]));
      assertThatThrownBy(() -> Tls.builder().certificate(ALL.server.chain(), key).build())
          .isInstanceOf(TlsFileException.class)
          .hasMessageContaining("openssl pkcs8");
    }
  }

  @Test
  void damagedFilesSayWhatIsDamaged() throws Exception {
    Path key = Files.writeString(folder.resolve("k"), Certificates.pem("PRIVATE KEY", new byte[8]));
    assertThatThrownBy(() -> Tls.builder().certificate(ALL.server.chain(), key).build())
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining("the key is none of RSA, EC");
    Path chain =
        Files.writeString(folder.resolve("c"), Certificates.pem("CERTIFICATE", new byte[8]));
    assertThatThrownBy(() -> Tls.builder().certificate(chain, ALL.server.key()).build())
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining("a certificate in it cannot be read");
  }

  @Test
  void oneFileMayHoldCertificateAndKey() throws Exception {
    Path both =
        Files.writeString(
            folder.resolve("both.pem"),
            "a comment\n"
                + Files.readString(ALL.client.key())
                + Files.readString(ALL.client.chain()));
    assertThat(Tls.builder().certificate(both, both).build()).isNotNull();
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() throws Exception {
    assertThatThrownBy(
            () -> ALL.server.with().clientAuthentication(Tls.ClientAuthentication.REQUIRED).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs authorities");
    var context = Certificates.context("server", "authority");
    assertThatThrownBy(() -> ALL.server.with().context(context).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("context stands instead");
  }

  private void use(Certificates.Pair pair) throws Exception {
    Files.copy(pair.key(), folder.resolve("key"), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(pair.chain(), folder.resolve("chain"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Rig.Asker dial(Rig rig, Endpoint at, String expectedName) {
    Tls tls = Tls.builder().authorities(ALL.authority).serverName(expectedName).build();
    Rig.Asker asker = rig.new Asker(Options.builder().settings(tls).build());
    asker.port.connect(at);
    return asker;
  }

  @Test
  void changedFilesAreUsedForTheNextConnectionWhileOldOnesStand() throws Exception {
    Certificates.Pair renewed = ALL.make("renewed", "EC", "authority", "-ext", "san=dns:new.test");
    use(ALL.server);
    Tls tls = Tls.builder().certificate(folder.resolve("chain"), folder.resolve("key")).build();
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(Options.builder().settings(tls).build());
      Endpoint at = replier.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      Rig.Asker old = dial(rig, at, "localhost");
      var standing = next(old.targets);

      // Half of the change: the certificate in use is the old one, still.
      Files.copy(renewed.key(), folder.resolve("key"), StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(tls::reload).isInstanceOf(TlsFileException.class);
      next(dial(rig, at, "localhost").targets);

      use(renewed);
      next(dial(rig, at, "new.test").targets);
      Rig.Asker outdated = dial(rig, at, "localhost");
      assertThat(next(outdated.rejections)).isEqualTo(RejectReason.SECURITY);
      assertThat(next(outdated.details)).contains("is for new.test, not for localhost");
      outdated.port.disconnect(at);

      standing.send(1, 1, Rig.bytes("still there"));
      assertThat(next(old.replies)).isEqualTo("1 still there");
      tls.reload();
      next(dial(rig, at, "new.test").targets);
    }
  }

  /** Nobody restarts a dialer because an authority was renewed. */
  @Test
  void changedAuthoritiesAreTrustedFromTheNextConnectionOn() throws Exception {
    Path trusted = folder.resolve("trusted");
    Files.copy(ALL.makeAuthority("outgoing"), trusted);
    Tls server = ALL.server.with().build();
    Tls dialer = Tls.builder().authorities(trusted).serverName("localhost").build();
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(Options.builder().settings(server).build());
      Endpoint at = replier.port.bind(Endpoint.of("raw+tls://127.0.0.1:0"));
      Rig.Asker asker = rig.new Asker(Options.builder().settings(dialer).build());
      asker.port.connect(at);
      assertThat(next(asker.rejections)).isEqualTo(RejectReason.SECURITY);
      assertThat(next(asker.details)).contains("signed by nobody who is trusted");

      Files.copy(ALL.authority, trusted, StandardCopyOption.REPLACE_EXISTING);
      next(asker.targets);
      dialer.reload();

      Files.writeString(trusted, "nothing of use");
      assertThatThrownBy(dialer::reload).isInstanceOf(TlsFileException.class);
      Rig.Asker other = rig.new Asker(Options.builder().settings(dialer).build());
      other.port.connect(at);
      next(other.targets);
    }
  }
}
