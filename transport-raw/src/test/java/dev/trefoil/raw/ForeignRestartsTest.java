package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;
import static dev.trefoil.raw.Rig.next;
import static dev.trefoil.raw.Rig.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Options;
import dev.trefoil.PeerLostException;
import dev.trefoil.Requester;
import dev.trefoil.spi.ReplyPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests outlive the restart of either side, where they may, with nng and nanomsg. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ForeignRestartsTest {
  private static final Endpoint ANYWHERE = Endpoint.of("sp://127.0.0.1:0");
  private static final Duration LONG = Duration.ofSeconds(20);

  private static Rig.Answerer silent(Rig rig) {
    Rig.Answerer replier = rig.new Answerer(Options.defaults());
    replier.echo = false;
    return replier;
  }

  private static Tool requester(String tool, Endpoint at) throws Exception {
    return Tool.run(tool, "--req", "--connect", "tcp://127.0.0.1:" + at.port(), "-Q", "-D", "x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nngcat", "nanocat"})
  void aForeignRequesterAsksTheReplierThatCameInTheOldOnesPlace(String tool) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer first = silent(rig);
      Endpoint at = first.port.bind(ANYWHERE);
      try (Tool requester = requester(tool, at)) {
        assertThat(text(next(first.requests).body())).isEqualTo("x");
        first.port.close(Duration.ZERO);
        Rig.Answerer second = rig.new Answerer(Options.defaults());
        second.port.bind(at);
        assertThat(text(next(second.requests).body())).isEqualTo("x");
        assertThat(next(requester.lines)).isEqualTo("\"x\"");
      }
    }
  }

  /** The first reply finds nobody any more; the second is the only one that arrives. */
  @ParameterizedTest
  @ValueSource(strings = {"nngcat", "nanocat"})
  void aRequestThatCameTwiceIsAnsweredWhereItsAskerIs(String tool) throws Exception {
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = silent(rig);
      Endpoint at = replier.port.bind(ANYWHERE);
      try (Tool requester = requester(tool, at)) {
        ReplyPort.Incoming before = next(replier.requests);
        replier.port.unbind(at);
        assertThat(next(replier.downs)).isEqualTo(DisconnectReason.LOCAL);
        replier.port.bind(at);
        ReplyPort.Incoming after = next(replier.requests);
        assertThat(after.body()).isEqualTo(before.body());
        before.reply(bytes("to nobody"));
        after.reply(bytes("once"));
        assertThat(next(requester.lines)).isEqualTo("\"once\"");
        assertThat(requester.exitCode()).isZero();
        assertThat(requester.lines).isEmpty();
      }
    }
  }

  /** On one connection, since nobody answered in time: the replier cannot know it for the same. */
  @Test
  void anImpatientRequesterGetsOneReplyForEachRequest() throws Exception {
    Tool.requireLibrary("libnng.so.1");
    Path script = Path.of("src", "test", "resources", "peers", "nng_resend.py");
    try (Rig rig = new Rig()) {
      Rig.Answerer replier = silent(rig);
      String url = "tcp://127.0.0.1:" + replier.port.bind(ANYWHERE).port();
      try (Tool requester = Tool.run(Tool.PYTHON, script, url, "one", "two")) {
        for (String word : new String[] {"one", "two"}) {
          ReplyPort.Incoming[] same = new ReplyPort.Incoming[3];
          for (int i = 0; i < same.length; i++) {
            same[i] = nextOf(replier, word);
          }
          for (ReplyPort.Incoming each : same) {
            each.reply(bytes("re: " + word));
          }
          assertThat(next(requester.lines)).isEqualTo("re: " + word);
        }
        assertThat(requester.exitCode()).isZero();
        assertThat(requester.lines).isEmpty();
      }
    }
  }

  /** The next request of these words; repeats of one that has its reply are passed over. */
  private static ReplyPort.Incoming nextOf(Rig.Answerer replier, String words) throws Exception {
    while (true) {
      ReplyPort.Incoming request = next(replier.requests);
      if (text(request.body()).equals(words)) {
        return request;
      }
    }
  }

  private static Tool replier(String tool, int port) throws Exception {
    return Tool.run(tool, "--rep", "--bind", "tcp://127.0.0.1:" + port, "-Q", "-D", "pong");
  }

  /** Has a request be under way, for certain, when the replier's process is killed. */
  private static CompletableFuture<String> askAndKill(
      Requester<String, String> requester, Tool replier) throws Exception {
    replier.signal("STOP");
    CompletableFuture<String> reply = requester.requestAsync("under way", LONG);
    replier.kill();
    return reply;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nngcat", "nanocat"})
  void aRequestFailsAtOnceWithItsForeignReplierAndTheNextFindsTheNewOne(String tool)
      throws Exception {
    int port = Tool.freePort();
    try (Messaging messaging = Messaging.create();
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      requester.connect("sp://127.0.0.1:" + port);
      try (Tool replier = replier(tool, port)) {
        assertThat(requester.request("first", LONG)).isEqualTo("pong");
        CompletableFuture<String> lost = askAndKill(requester, replier);
        assertThatThrownBy(() -> lost.get(Rig.LIMIT.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(PeerLostException.class);
      }
      try (Tool replier = replier(tool, port)) {
        assertThat(requester.request("second", LONG)).isEqualTo("pong");
        assertThat(next(replier.lines)).isEqualTo("\"second\"");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nngcat", "nanocat"})
  void anIdempotentRequestIsAskedAgainOfTheForeignReplierThatComesNext(String tool)
      throws Exception {
    int port = Tool.freePort();
    try (Messaging messaging = Messaging.create();
        Requester<String, String> requester = messaging.requester(Codec.utf8(), Codec.utf8())) {
      requester.connect("sp://127.0.0.1:" + port);
      CompletableFuture<String> reply;
      try (Tool replier = replier(tool, port)) {
        assertThat(requester.request("first", LONG)).isEqualTo("pong");
        reply = askAndKill(requester.idempotent(), replier);
      }
      try (Tool replier = replier(tool, port)) {
        assertThat(reply.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("pong");
        assertThat(next(replier.lines)).isEqualTo("\"under way\"");
      }
    }
  }
}
