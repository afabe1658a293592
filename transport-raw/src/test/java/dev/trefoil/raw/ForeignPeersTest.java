package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.RequestPort;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same wire as nng's nngcat and nanomsg's nanocat, over real processes, in both directions. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ForeignPeersTest {
  private static final Options DEFAULTS = Options.defaults();

  /** Who listens, and the tool's words for the other end. */
  private record Way(String flag, String url) {}

  private static Way join(Port port, boolean toolListens) throws IOException {
    if (toolListens) {
      int free = Tool.freePort();
      port.connect(Endpoint.of("sp", "127.0.0.1", free));
      return new Way("--bind", "tcp://127.0.0.1:" + free);
    }
    // A listener of raw takes plain SP too.
    Endpoint bound = port.bind(Endpoint.of("raw://127.0.0.1:0"));
    return new Way("--connect", "tcp://127.0.0.1:" + bound.port());
  }

  @ParameterizedTest
  @CsvSource({"nngcat, true", "nngcat, false", "nanocat, true", "nanocat, false"})
  void aForeignReplierAnswers(String tool, boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Asker requester = rig.new Asker(DEFAULTS);
      Way way = join(requester.port, listens);
      try (Tool replier = Tool.run(tool, "--rep", way.flag(), way.url(), "-Q", "-D", "pong")) {
        RequestPort.Target target = next(requester.targets);
        target.send(7, 1, bytes("ping"));
        assertThat(next(requester.replies)).isEqualTo("7 pong");
        target.send(8, 1, bytes("again"));
        assertThat(next(requester.replies)).isEqualTo("8 pong");
        assertThat(next(replier.lines)).isEqualTo("\"ping\"");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"nngcat, true", "nngcat, false", "nanocat, true", "nanocat, false"})
  void aForeignRequesterIsAnswered(String tool, boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      Way way = join(replier.port, listens);
      try (Tool requester = Tool.run(tool, "--req", way.flag(), way.url(), "-Q", "-D", "echo")) {
        assertThat(next(requester.lines)).isEqualTo("\"echo\"");
        assertThat(text(next(replier.requests).body())).isEqualTo("echo");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"nngcat, true", "nngcat, false", "nanocat, true", "nanocat, false"})
  void aForeignSubscriberGetsItsPrefix(String tool, boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Announcer publisher = rig.new Announcer(DEFAULTS);
      Way way = join(publisher.port, listens);
      try (Tool subscriber =
          Tool.run(tool, "--sub", way.flag(), way.url(), "-Q", "--subscribe", "a.")) {
        publisher.awaitSubscribers("", 1);
        publisher.publish("b.", "no");
        publisher.publish("a.", "yes");
        assertThat(next(subscriber.lines)).isEqualTo("\"a.yes\"");
        assertThat(subscriber.isAlive()).isTrue();
      }
    }
  }

  /** A subscriber that says anything ends a nanomsg publisher's whole process. */
  @ParameterizedTest
  @CsvSource({"nngcat, true", "nngcat, false", "nanocat, true", "nanocat, false"})
  void aForeignPublisherIsHeardAndSurvivesUs(String tool, boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Options heartbeats =
          Options.builder().heartbeatInterval(java.time.Duration.ofMillis(50)).build();
      Rig.Listener subscriber = rig.new Listener(heartbeats);
      subscriber.port.subscribe(bytes("news"));
      Way way = join(subscriber.port, listens);
      try (Tool publisher =
          Tool.run(tool, "--pub", way.flag(), way.url(), "-d", "1", "-i", "1", "-D", "news 1")) {
        assertThat(next(subscriber.messages)).isEqualTo("|news 1");
        subscriber.port.subscribe(bytes("more"));
        subscriber.port.unsubscribe(bytes("more"));
        assertThat(next(subscriber.messages)).isEqualTo("|news 1");
        assertThat(publisher.isAlive()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"nngcat, true", "nngcat, false", "nanocat, true", "nanocat, false"})
  void aForeignPullerGetsABurst(String tool, boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Sender pusher = rig.new Sender(DEFAULTS);
      Way way = join(pusher.port, listens);
      try (Tool puller = Tool.run(tool, "--pull", way.flag(), way.url(), "-Q")) {
        PushPort.Target target = next(pusher.targets);
        for (int i = 0; i < 10_000; i++) {
          pusher.push(target, bytes("task " + i));
        }
        for (int i = 0; i < 10_000; i++) {
          assertThat(next(puller.lines)).isEqualTo("\"task " + i + "\"");
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"nngcat, true", "nngcat, false", "nanocat, true", "nanocat, false"})
  void aForeignPusherIsHeard(String tool, boolean listens) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Receiver puller = rig.new Receiver(DEFAULTS);
      Way way = join(puller.port, listens);
      try (Tool pusher = Tool.run(tool, "--push", way.flag(), way.url(), "-d", "1", "-D", "task")) {
        assertThat(text(next(puller.messages))).isEqualTo("task");
        assertThat(pusher.exitCode()).isZero();
      }
    }
  }

  @Test
  void aForeignRequesterThatIsAskedAgainLaterStillGetsItsReplies() throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = rig.new Answerer(DEFAULTS);
      Way way = join(replier.port, false);
      try (Tool requester =
          Tool.run("nngcat", "--req", way.flag(), way.url(), "-Q", "-D", "tick", "-i", "1")) {
        assertThat(next(requester.lines)).isEqualTo("\"tick\"");
        assertThat(next(requester.lines)).isEqualTo("\"tick\"");
      }
    }
  }
}
