package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.TcpOptions;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.RequestPort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS lets in whom it should, and says in plain words why it does not let others in. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsTest {
  private static final Certificates ALL = Certificates.get();
  private static final Endpoint ANY_PORT = Endpoint.of("raw+tls://127.0.0.1:0");

  private static Options with(Tls tls) {
    return Options.builder().settings(tls).build();
  }

  private static Options server() {
    return with(ALL.server.with().build());
  }

  private static Options trusting() {
    return with(Tls.builder().authorities(ALL.authority).build());
  }

  private static Endpoint at(String scheme, String host, Endpoint bound) {
    return Endpoint.of(scheme, host, bound.port());
  }

  private static void assertRejected(Rig.Peers who, RejectReason reason, String... words)
      throws InterruptedException {
    assertThat(next(who.rejections)).isEqualTo(reason);
    assertThat(next(who.details)).contains(words);
    assertThat(who.ups).isEmpty();
  }

  /** Still serves others, after whatever happened. */
  private static void assertServes(Rig rig, Endpoint bound) throws InterruptedException {
    Rig.Asker friend = rig.new Asker(trusting());
    friend.port.connect(bound);
    next(friend.targets).send(1, 1, bytes("hello"));
    assertThat(next(friend.replies)).isEqualTo("1 hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw+tls", "sp+tls"})
  void aRequestIsAnsweredInTheDialersDialect(String scheme) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(server());
      Endpoint bound = replier.port.bind(ANY_PORT);
      Rig.Asker requester = rig.new Asker(trusting());
      requester.port.connect(at(scheme, "localhost", bound));
      RequestPort.Target target = next(requester.targets);
      target.send(7, 1, bytes("ping"));
      assertThat(next(requester.replies)).isEqualTo("7 ping");
      Dialect dialect = scheme.startsWith("sp") ? Dialect.V0 : Dialect.V1;
      assertThat(next(requester.ups).protocol()).isEqualTo(dialect.words());
      assertThat(next(replier.ups).protocol()).isEqualTo(dialect.words());
    }
  }

  @Test
  void aListenerWithoutCertificateIsNotBound() {
    for (Options options : new Options[] {Options.defaults(), trusting()}) {
      try (Rig rig = new Rig()) {
        Rig.Answerer replier = rig.new Answerer(options);
        BindFailedException failed =
            catchThrowableOfType(BindFailedException.class, () -> replier.port.bind(ANY_PORT));
        assertThat(failed.reason()).isEqualTo(BindFailedException.Reason.BAD_CONFIGURATION);
        assertThat(failed).hasMessageContaining("certificate");
      }
    }
  }

  @Test
  void aDialerWithoutSettingsTrustsTheJvmsAuthoritiesOnly() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(server());
      Endpoint bound = replier.port.bind(ANY_PORT);
      Rig.Asker requester = rig.new Asker(Options.defaults());
      requester.port.connect(bound);
      assertRejected(
          requester,
          RejectReason.SECURITY,
          "signed by nobody who is trusted",
          "Authority authority");
      assertRejected(replier, RejectReason.SECURITY, "the other side refused");
      assertServes(rig, bound);
    }
  }

  @Test
  void aServerOfAnotherNameIsRefused() throws Exception {
    Certificates.Pair elsewhere =
        ALL.make("elsewhere", "EC", "authority", "-ext", "san=dns:elsewhere.test");
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(with(elsewhere.with().build()));
      Endpoint bound = replier.port.bind(ANY_PORT);
      Rig.Asker requester = rig.new Asker(trusting());
      requester.port.connect(at("raw+tls", "localhost", bound));
      assertRejected(
          requester,
          RejectReason.SECURITY,
          "the server's certificate is for elsewhere.test, not for localhost");

      Rig.Asker knows =
          rig
          .new Asker(
              with(Tls.builder().authorities(ALL.authority).serverName("elsewhere.test").build()));
      knows.port.connect(bound);
      next(knows.targets);
      Rig.Asker careless =
          rig
          .new Asker(
              with(Tls.builder().authorities(ALL.authority).verifyServerName(false).build()));
      careless.port.connect(bound);
      next(careless.targets);
    }
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    Certificates.Pair expired =
        ALL.make(
            "expired",
            "EC",
            "authority",
            "-ext",
            "san=ip:127.0.0.1",
            "-startdate",
            "-3d",
            "-validity",
            "1");
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(with(expired.with().build()));
      Endpoint bound = replier.port.bind(ANY_PORT);
      Rig.Asker requester = rig.new Asker(trusting());
      requester.port.connect(bound);
      assertRejected(requester, RejectReason.SECURITY, "the server's certificate expired on 20");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLS_1_2", "TLS_1_3"})
  void aClientWithoutCertificateIsRefusedWhereOneIsRequired(String version) throws Exception {
    ALL.makeAuthority("strangers-" + version);
    Certificates.Pair stranger = ALL.make("stranger-" + version, "EC", "strangers-" + version);
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(with(Certificates.mutual()));
      Endpoint bound = replier.port.bind(ANY_PORT);
      Rig.Asker nobody = rig.new Asker(with(only(version, Tls.builder())));
      nobody.port.connect(bound);
      assertRejected(replier, RejectReason.SECURITY, "the peer offered no certificate");
      assertRejected(nobody, RejectReason.SECURITY, "the other side refused: it");
      nobody.port.disconnect(bound);
      replier.rejections.clear();
      replier.details.clear();

      Rig.Asker friend = rig.new Asker(with(only(version, ALL.client.with())));
      friend.port.connect(bound);
      next(friend.targets);

      Rig.Asker other = rig.new Asker(with(only(version, stranger.with())));
      other.port.connect(bound);
      assertThat(next(replier.rejections)).isEqualTo(RejectReason.SECURITY);
    }
  }

  private static Tls only(String version, Tls.Builder builder) {
    return builder.authorities(ALL.authority).minimumVersion(Tls.Version.valueOf(version)).build();
  }

  @Test
  void tlsToAPlainPortSaysSo() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(Options.defaults());
      Endpoint bound = replier.port.bind(Endpoint.of("raw://127.0.0.1:0"));
      Rig.Asker requester = rig.new Asker(trusting());
      requester.port.connect(at("raw+tls", "127.0.0.1", bound));
      assertRejected(replier, RejectReason.BAD_HELLO, "it speaks TLS");
      assertRejected(requester, RejectReason.HANDSHAKE_CLOSED, "perhaps it speaks no TLS");
    }
  }

  @Test
  void plainToATlsPortSaysSo() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(server());
      Endpoint bound = replier.port.bind(ANY_PORT);
      Rig.Asker requester = rig.new Asker(Options.defaults());
      requester.port.connect(at("raw", "127.0.0.1", bound));
      assertRejected(
          replier, RejectReason.SECURITY, "the other side speaks no TLS", "SP as on raw://");
      assertRejected(requester, RejectReason.BAD_HELLO, "it speaks TLS");
      assertServes(rig, bound);
    }
  }

  /** Such as nng, which says hello at once. */
  @Test
  void tlsToSomebodyWhoSpeaksPlainSpFirstSaysSo() throws Exception {
    try (Rig rig = new Rig();
        ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Rig.Asker requester = rig.new Asker(trusting());
      requester.port.connect(Endpoint.of("sp+tls", "127.0.0.1", plain.getLocalPort()));
      try (Socket peer = plain.accept()) {
        peer.getOutputStream().write(new byte[] {0, 'S', 'P', 0, 0, 0x31, 0, 0});
        assertRejected(
            requester, RejectReason.SECURITY, "the other side speaks no TLS", "it speaks SP");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001garbage that is long enough"})
  void garbageIsRefusedAndTheListenerStillServes(String garbage) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(server());
      Endpoint bound = replier.port.bind(ANY_PORT);
      try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), bound.port())) {
        OutputStream out = stranger.getOutputStream();
        try {
          out.write(bytes(garbage));
          // Enough for whatever length it seems to announce.
          out.write(new byte[70_000]);
        } catch (IOException e) {
          assertThat(e).as("shown out before it had said all").isInstanceOf(SocketException.class);
        }
        assertThat(next(replier.rejections)).isEqualTo(RejectReason.SECURITY);
        assertThat(next(replier.details)).isNotBlank();
      }
      assertServes(rig, bound);
    }
  }

  @Test
  void aHandshakeThatNeverEndsIsCutOff() throws Exception {
    try (Rig rig = new Rig()) {
      TcpOptions tcp = TcpOptions.builder().handshakeTimeout(Duration.ofMillis(200)).build();
      Options hasty = server().toBuilder().tcp(tcp).build();
      Rig.Answerer replier = rig.new Answerer(hasty);
      Endpoint bound = replier.port.bind(ANY_PORT);
      try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), bound.port());
          Socket slow = new Socket(InetAddress.getLoopbackAddress(), bound.port())) {
        slow.getOutputStream().write(new byte[] {0x16, 3, 1, 0x40, 0});
        assertRejected(replier, RejectReason.HANDSHAKE_TIMEOUT, "the TLS handshake was not done");
        assertRejected(replier, RejectReason.HANDSHAKE_TIMEOUT, "the TLS handshake was not done");
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  /** One who connects and goes is no failure of TLS. */
  @Test
  void aPeerThatGoesDuringTheHandshakeIsReported() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(server());
      Endpoint bound = replier.port.bind(ANY_PORT);
      new Socket(InetAddress.getLoopbackAddress(), bound.port()).close();
      assertRejected(replier, RejectReason.HANDSHAKE_CLOSED, "during the TLS handshake");
      assertServes(rig, bound);
    }
  }

  @Test
  void bigMessagesPassWhole() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(server());
      Endpoint bound = puller.port.bind(ANY_PORT);
      Rig.Sender pusher = rig.new Sender(trusting());
      pusher.port.connect(bound);
      PushPort.Target target = next(pusher.targets);
      byte[] big = new byte[16 * 1024 * 1024];
      new Random(1).nextBytes(big);
      for (int i = 0; i < 3; i++) {
        pusher.push(target, big.clone());
        pusher.push(target, bytes("small " + i));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(Arrays.equals(next(puller.messages), big)).isTrue();
        assertThat(text(next(puller.messages))).isEqualTo("small " + i);
      }
    }
  }

  @Test
  void aSlowReaderHoldsUpNothingAndLosesNothing() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(server());
      Endpoint bound = puller.port.bind(ANY_PORT);
      Rig.Sender pusher = rig.new Sender(trusting());
      pusher.port.connect(bound);
      PushPort.Target target = next(pusher.targets);
      puller.limit = 1;
      int count = 3000;
      Thread resumer =
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted()) {
                  puller.port.resume();
                  Thread.onSpinWait();
                }
              });
      resumer.setDaemon(true);
      resumer.start();
      try {
        byte[] filler = new byte[3000];
        for (int i = 0; i < count; i++) {
          byte[] body = filler.clone();
          body[0] = (byte) i;
          pusher.push(target, body);
        }
        for (int i = 0; i < count; i++) {
          assertThat(next(puller.messages)[0]).isEqualTo((byte) i);
        }
      } finally {
        resumer.interrupt();
        resumer.join(Rig.LIMIT.toMillis());
      }
    }
  }

  @Test
  void aContextOfTheUsersOwnServes() throws Exception {
    SSLContext context = Certificates.context("server", "authority");
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(with(Tls.builder().context(context).build()));
      Endpoint bound = replier.port.bind(ANY_PORT);
      assertServes(rig, bound);
      Rig.Asker stranger =
          rig.new Asker(with(Tls.builder().context(context).serverName("x.test").build()));
      stranger.port.connect(bound);
      assertRejected(stranger, RejectReason.SECURITY, "is for another name", "x.test");
    }
  }
}
