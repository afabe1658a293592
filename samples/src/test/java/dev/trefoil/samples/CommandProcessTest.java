package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands as processes of their own, over sockets: what one JVM alone cannot show. */
@Execution(ExecutionMode.CONCURRENT)
class CommandProcessTest {
  private static final String FIGURE = "\\d+(\\.\\d)?";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"raw", "zmq", "sp"})
  void requestsAreAnswered(String scheme) {
    try (TestCommand rep = TestCommand.process("rep", "--bind", any(scheme), "--echo");
        TestCommand req =
            TestCommand.process(
                "req", "--connect", rep.bound(), "--data", "hello {i}", "--count", "3")) {
      assertThat(req.exitCode()).as(req.err()).isZero();
      assertThat(req.out()).isEqualTo("hello 1\nhello 2\nhello 3\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "zmq"})
  void subscribersGetWhatTheyWaitedFor(String scheme) {
    try (TestCommand pub =
            TestCommand.process(
                "pub",
                "--bind",
                any(scheme),
                "--topic",
                "news.today",
                "--data",
                "n{i}",
                "--count",
                "3",
                "--wait-subscribers",
                "1",
                "--timeout",
                "20s");
        TestCommand sub =
            TestCommand.process(
                "sub",
                "--connect",
                pub.bound(),
                "--topic",
                "news",
                "--count",
                "3",
                "--show-topic")) {
      assertThat(pub.exitCode()).as(pub.err()).isZero();
      assertThat(sub.exitCode()).as(sub.err()).isZero();
      assertThat(sub.out()).isEqualTo("news.today n1\nnews.today n2\nnews.today n3\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "zmq"})
  void nothingAcknowledgedIsLostWhenAPullerIsKilled(String scheme) {
    try (TestCommand push =
            TestCommand.process(
                "push",
                "--bind",
                any(scheme),
                "--data",
                "job {i}",
                "--count",
                "200",
                "--at-least-once",
                "--wait-peers",
                "2",
                "--timeout",
                "25s");
        TestCommand doomed = slowPuller(push.bound());
        TestCommand other = slowPuller(push.bound())) {
      doomed.awaitOut("job");
      doomed.kill();
      assertThat(push.exitCode()).as(push.err()).isZero();
      String all = doomed.out() + other.out();
      for (int i = 1; i <= 200; i++) {
        assertThat(all).contains("job " + i + "\n");
      }
    }
  }

  private static TestCommand slowPuller(String uri) {
    return TestCommand.process("pull", "--connect", uri, "--at-least-once", "--delay", "3ms");
  }

  /** Random bytes: lines that are no UTF-8, and the empty ones between two newlines. */
  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp", "zmq"})
  void payloadOfAPipeArrivesByteForByte(String scheme) throws IOException {
    byte[] content = new byte[200_000];
    new Random(11).nextBytes(content);
    content[1_000] = '\n';
    content[1_001] = '\n';
    Path lines = folder.resolve("lines");
    Files.write(lines, content);
    Files.writeString(lines, "\n", java.nio.file.StandardOpenOption.APPEND);
    long count = newlines(content) + 1;
    try (TestCommand pull =
            TestCommand.process(
                "pull",
                "--bind",
                any(scheme),
                "--count",
                Long.toString(count),
                "--timeout",
                "20s");
        TestCommand push =
            TestCommand.processReading(lines, "push", "--connect", pull.bound(), "-")) {
      assertThat(push.exitCode()).as(push.err()).isZero();
      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(pull.outBytes()).isEqualTo(Files.readAllBytes(lines));
    }
  }

  private static long newlines(byte[] content) {
    long count = 0;
    for (byte next : content) {
      count += next == '\n' ? 1 : 0;
    }
    return count;
  }

  @Test
  void messageOverTheLimitFailsWithTheLimitNamedAndPassesWithAHigherOne() throws IOException {
    byte[] content = new byte[20 * 1024 * 1024];
    new Random(12).nextBytes(content);
    String file = Files.write(folder.resolve("large"), content).toString();
    try (TestCommand pull =
            TestCommand.process(
                "pull", "--bind", any("raw"), "--count", "1", "--raw", "--max-message", "32MiB");
        TestCommand refused =
            TestCommand.process("push", "--connect", pull.bound(), "--file", file);
        TestCommand push =
            TestCommand.process(
                "push", "--connect", pull.bound(), "--file", file, "--max-message", "32MiB")) {
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("limit of 16,777,216", "--max-message");
      assertThat(push.exitCode()).as(push.err()).isZero();
      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(pull.outBytes()).isEqualTo(content);
    }
  }

  @Test
  void portInUseIsToldInPlainWords() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      TestCommand pull = TestCommand.here("pull", "--bind", "raw://*:" + taken.getLocalPort());
      assertThat(pull.exitCode()).isEqualTo(1);
      assertThat(pull.err())
          .contains("trefoil pull: cannot bind raw://*:", "another socket listens there")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void benchPrintsItsFixedLineForPushPull() {
    try (TestCommand pull =
            TestCommand.process(
                "bench", "pull", "--bind", any("raw"), "--size", "64", "--count", "20000");
        TestCommand push =
            TestCommand.process(
                "bench",
                "push",
                "--connect",
                pull.bound(),
                "--size",
                "64",
                "--count",
                "20000",
                "--mode",
                "park")) {
      assertThat(push.exitCode()).as(push.err()).isZero();
      assertThat(push.out()).isEmpty();
      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(pull.out())
          .matches(
              "bench raw push-pull size=64 count=20000 msgs_per_s=\\d+ mb_per_s=" + FIGURE + "\n");
    }
  }

  @Test
  void benchPrintsItsFixedLineForReqRep() {
    for (String outstanding : new String[] {"1", "16"}) {
      TestCommand rep =
          TestCommand.here("bench", "rep", "--bind", any("zmq"), "--size", "64", "--count", "900");
      TestCommand req =
          TestCommand.here(
              "bench",
              "req",
              "--connect",
              rep.bound(),
              "--size",
              "64",
              "--count",
              "900",
              "--outstanding",
              outstanding,
              "--mode",
              "spin");
      assertThat(req.exitCode()).as(req.err()).isZero();
      assertThat(rep.exitCode()).as(rep.err()).isZero();
      assertThat(req.out())
          .matches(
              "bench zmq req-rep size=64 count=900 p50_us=F p90_us=F p99_us=F p999_us=F max_us=F req_per_s=\\d+\n"
                  .replace("F", FIGURE));
    }
  }

  @Test
  void benchPrintsItsFixedLineForPubSub() {
    TestCommand pub =
        TestCommand.here("bench", "pub", "--bind", any("raw"), "--size", "8", "--count", "20000");
    TestCommand sub =
        TestCommand.here(
            "bench", "sub", "--connect", pub.bound(), "--size", "8", "--count", "20000");
    assertThat(pub.exitCode()).as(pub.err()).isZero();
    assertThat(sub.exitCode()).as(sub.err()).isZero();
    assertThat(sub.out())
        .matches("bench raw pub-sub size=8 count=20000 msgs_per_s=\\d+ mb_per_s=" + FIGURE + "\n");
  }

  @Test
  void outputThatNobodyReadsIsAFailureInPlainWords() throws Exception {
    try (TestCommand pull =
        TestCommand.process(
            java.util.List.of("sh", "-c", "\"$@\" | true; exit 7", "sh"),
            "pull",
            "--bind",
            any("raw"))) {
      TestCommand push =
          TestCommand.here("push", "--connect", pull.bound(), "--data", "x", "--count", "1");
      assertThat(push.exitCode()).isZero();
      assertThat(pull.exitCode()).isEqualTo(7);
      assertThat(pull.err()).contains("trefoil pull: cannot write to standard output");
      assertThat(new String(pull.outBytes(), US_ASCII)).isEmpty();
    }
  }

  private static String any(String scheme) {
    return scheme + "://127.0.0.1:0";
  }
}
