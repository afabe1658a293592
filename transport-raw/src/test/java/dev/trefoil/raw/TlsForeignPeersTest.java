package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PushPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same TLS as nng's: nngcat over tls+tcp, in both directions, with certificates on both sides.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class TlsForeignPeersTest {
  private static final Certificates ALL = Certificates.get();

  @TempDir static Path folder;

  private static Options mutual() {
    return Options.builder().settings(Certificates.mutual()).build();
  }

  /** Joins a port and nngcat, which dials or listens. */
  private static Tool nngcat(Port port, boolean listens, Certificates.Pair own, String... words)
      throws IOException {
    List<Object> all = new ArrayList<>(List.of((Object[]) words));
    if (listens) {
      int free = Tool.freePort();
      port.connect(Endpoint.of("sp+tls", "127.0.0.1", free));
      all.addAll(List.of("--listen", "tls+tcp://127.0.0.1:" + free));
    } else {
      Endpoint bound = port.bind(Endpoint.of("sp+tls://127.0.0.1:0"));
      all.addAll(List.of("--dial", "tls+tcp4://localhost:" + bound.port()));
    }
    all.addAll(List.of("--cacert", ALL.authority));
    if (own != null) {
      // nngcat takes its key from the file of the certificate.
      Path both =
          Files.writeString(
              folder.resolve("both-" + own.key().getFileName()),
              Files.readString(own.chain()) + Files.readString(own.key()));
      all.addAll(List.of("--cert", both, "--key", own.key()));
    }
    return Tool.run("nngcat", all.toArray());
  }

  private static Certificates.Pair pair(boolean listens) {
    return listens ? ALL.server : ALL.client;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForeignReplierAnswers(boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Asker requester = rig.new Asker(mutual());
      try (Tool replier =
          nngcat(requester.port, listens, pair(listens), "--rep", "-Q", "-D", "pong")) {
        next(requester.targets).send(7, 1, bytes("ping"));
        assertThat(next(requester.replies)).isEqualTo("7 pong");
        assertThat(next(replier.lines)).isEqualTo("\"ping\"");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForeignRequesterIsAnswered(boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(mutual());
      try (Tool requester =
          nngcat(replier.port, listens, pair(listens), "--req", "-Q", "-D", "echo")) {
        assertThat(next(requester.lines)).isEqualTo("\"echo\"");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForeignPullerGetsABurst(boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender pusher = rig.new Sender(mutual());
      try (Tool puller = nngcat(pusher.port, listens, pair(listens), "--pull", "-Q")) {
        PushPort.Target target = next(pusher.targets);
        for (int i = 0; i < 5_000; i++) {
          pusher.push(target, bytes("task " + i));
        }
        for (int i = 0; i < 5_000; i++) {
          assertThat(next(puller.lines)).isEqualTo("\"task " + i + "\"");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForeignPusherIsHeard(boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(mutual());
      try (Tool pusher =
          nngcat(puller.port, listens, pair(listens), "--push", "-d", "1", "-D", "task")) {
        assertThat(text(next(puller.messages))).isEqualTo("task");
        assertThat(pusher.exitCode()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForeignSubscriberGetsItsPrefix(boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer publisher = rig.new Announcer(mutual());
      try (Tool subscriber =
          nngcat(publisher.port, listens, pair(listens), "--sub", "-Q", "--subscribe", "a.")) {
        publisher.awaitSubscribers("", 1);
        publisher.publish("b.", "no");
        publisher.publish("a.", "yes");
        assertThat(next(subscriber.lines)).isEqualTo("\"a.yes\"");
        assertThat(subscriber.isAlive()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForeignPublisherIsHeardAndSurvivesUs(boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Listener subscriber = rig.new Listener(mutual());
      subscriber.port.subscribe(bytes("news"));
      try (Tool publisher =
          nngcat(
              subscriber.port,
              listens,
              pair(listens),
              "--pub",
              "-d",
              "1",
              "-i",
              "1",
              "-D",
              "news 1")) {
        assertThat(next(subscriber.messages)).isEqualTo("|news 1");
        subscriber.port.subscribe(bytes("more"));
        assertThat(next(subscriber.messages)).isEqualTo("|news 1");
        assertThat(publisher.isAlive()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aServerCertificateAloneSufficesWhereNoOtherIsAsked(boolean listens) throws Exception {
    Tls.Builder dialing = Tls.builder().authorities(ALL.authority);
    Tls tls = listens ? dialing.build() : ALL.server.with().build();
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(Options.builder().settings(tls).build());
      Certificates.Pair own = listens ? ALL.server : null;
      try (Tool requester = nngcat(replier.port, listens, own, "--req", "-Q", "-D", "echo")) {
        assertThat(next(requester.lines)).isEqualTo("\"echo\"");
      }
    }
  }

  @Test
  void aForeignDialerWithoutCertificateIsTurnedAway() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(mutual());
      try (Tool requester = nngcat(replier.port, false, null, "--req", "-Q", "-D", "echo")) {
        assertThat(next(replier.rejections)).isEqualTo(RejectReason.SECURITY);
        assertThat(next(replier.details)).isEqualTo("the peer offered no certificate");
        assertThat(replier.requests).isEmpty();
        assertThat(replier.ups).isEmpty();
      }
    }
  }

  @Test
  void aForeignDialerOfAnotherAuthorityIsTurnedAway() throws Exception {
    ALL.makeAuthority("strange");
    Certificates.Pair strange = ALL.make("strange-client", "EC", "strange");
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(mutual());
      try (Tool requester = nngcat(replier.port, false, strange, "--req", "-Q", "-D", "echo")) {
        assertThat(next(replier.rejections)).isEqualTo(RejectReason.SECURITY);
        assertThat(next(replier.details))
            .startsWith("the client's certificate is signed by nobody who is trusted here")
            .contains("Authority strange");
        assertThat(replier.requests).isEmpty();
        assertThat(replier.ups).isEmpty();
      }
    }
  }

  @Test
  void aForeignListenerOfAnotherAuthorityIsNotTrusted() throws Exception {
    ALL.makeAuthority("foreign");
    Certificates.Pair foreign =
        ALL.make("foreign-server", "EC", "foreign", "-ext", "san=ip:127.0.0.1");
    try (Rig rig = new Rig()) {
      Rig.Asker requester = rig.new Asker(mutual());
      try (Tool replier = nngcat(requester.port, true, foreign, "--rep", "-Q", "-D", "pong")) {
        assertThat(next(requester.rejections)).isEqualTo(RejectReason.SECURITY);
        assertThat(next(requester.details)).contains("signed by nobody who is trusted here");
        assertThat(replier.isAlive()).isTrue();
      }
    }
  }
}
