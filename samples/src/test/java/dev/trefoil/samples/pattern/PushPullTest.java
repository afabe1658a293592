package dev.trefoil.samples.pattern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** {@code push} and {@code pull}, in one JVM over {@code inproc}. */
class PushPullTest {
  @TempDir Path folder;
  private String uri;

  @BeforeEach
  void nameEndpoint(TestInfo test) {
    uri = "inproc://" + getClass().getSimpleName() + "-" + test.getTestMethod().get().getName();
  }

  @Test
  void whatIsPushedIsPrintedWithItsNumber() {
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "3");
    assertThat(pull.bound()).isEqualTo(uri);
    TestCommand push =
        TestCommand.here("push", "--connect", uri, "--data", "job {i}!", "--count", "3");

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.out()).isEqualTo("job 1!\njob 2!\njob 3!\n");
    assertThat(push.out()).isEmpty();
    assertThat(push.err()).contains("push: sent 3 messages, 18 bytes in ");
    assertThat(pull.err()).contains("pull: received 3 messages, 18 bytes in ");
  }

  @Test
  void linesOfStandardInputArePayloads() {
    byte[] lines = "first\n\nthird\r\nlast".getBytes(UTF_8);
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "4");
    pull.bound();
    TestCommand push = TestCommand.here(lines, "push", "--connect", uri, "-");

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.out()).isEqualTo("first\n\nthird\r\nlast\n");
  }

  @Test
  void fileIsPushedOnceByteForByte() throws IOException {
    byte[] content = new byte[300_000];
    new Random(7).nextBytes(content);
    Path file = Files.write(folder.resolve("binary"), content);
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "1", "--raw");
    pull.bound();
    TestCommand push = TestCommand.here("push", "--connect", uri, "--file", file.toString());

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.outBytes()).isEqualTo(content);
  }

  @Test
  void emptyPayloadIsAMessage() {
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "2");
    pull.bound();
    TestCommand push = TestCommand.here("push", "--connect", uri, "--data", "", "--count", "2");

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.out()).isEqualTo("\n\n");
  }

  @Test
  void atLeastOnceEndsWhenAllIsAcknowledged() {
    TestCommand pull =
        TestCommand.here(
            "pull", "--bind", uri, "--count", "20", "--at-least-once", "--delay", "5ms");
    pull.bound();
    TestCommand push =
        TestCommand.here(
            "push", "--connect", uri, "--data", "{i}", "--count", "20", "--at-least-once");

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.out().lines()).hasSize(20).startsWith("1").endsWith("20");
  }

  @Test
  void atLeastOnceFailsWhenNobodyAcknowledgesInTime() {
    TestCommand pull =
        TestCommand.here("pull", "--bind", uri, "--at-least-once", "--delay", "5s", "--count", "1");
    pull.bound();
    TestCommand push =
        TestCommand.here(
            "push",
            "--connect",
            uri,
            "--data",
            "x",
            "--count",
            "1",
            "--at-least-once",
            "--timeout",
            "2s");

    assertThat(push.exitCode()).isEqualTo(1);
    assertThat(push.err()).contains("trefoil push: 1 messages were not acknowledged within 2s");
    assertThat(pull.exitCode()).isEqualTo(0);
  }

  @Test
  void pushWithoutAPullerFailsInPlainWords() {
    TestCommand push =
        TestCommand.here(
            "push", "--bind", uri, "--data", "x", "--count", "1", "--timeout", "200ms");

    assertThat(push.exitCode()).isEqualTo(1);
    assertThat(push.err()).contains("no peer was ever connected").doesNotContain("\tat ");
  }

  @Test
  void waitingForPeersFailsWhenTooFewCome() {
    TestCommand push =
        TestCommand.here(
            "push",
            "--bind",
            uri,
            "--data",
            "x",
            "--count",
            "1",
            "--timeout",
            "200ms",
            "--wait-peers",
            "2");

    assertThat(push.exitCode()).isEqualTo(1);
    assertThat(push.err()).contains("trefoil push: 0 of 2 peers came within 200ms");
  }

  @Test
  void pullFailsWhenItsCountIsNotReachedInTime() {
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "2", "--timeout", "4s");
    pull.bound();
    TestCommand push = TestCommand.here("push", "--connect", uri, "--data", "x", "--count", "1");

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isEqualTo(1);
    assertThat(pull.out()).isEqualTo("x\n");
    assertThat(pull.err()).contains("trefoil pull: no message came within 4s; 1 of 2 before");
  }

  @Test
  void messageOverTheLimitIsRefusedAndTheLimitNamed() {
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "1");
    pull.bound();
    TestCommand push =
        TestCommand.here(
            "push", "--connect", uri, "--data", "12345", "--count", "1", "--max-message", "4");

    assertThat(push.exitCode()).isEqualTo(1);
    assertThat(push.err()).contains("5 bytes is larger than the limit of 4", "--max-message");
    TestCommand larger =
        TestCommand.here(
            "push", "--connect", uri, "--data", "12345", "--count", "1", "--max-message", "5B");
    assertThat(larger.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
  }

  @Test
  void lineOverTheLimitIsRefused() {
    byte[] lines = "ok\ntoo long\n".getBytes(UTF_8);
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "1");
    pull.bound();
    TestCommand push = TestCommand.here(lines, "push", "--connect", uri, "-", "--max-message", "4");

    assertThat(push.exitCode()).isEqualTo(1);
    assertThat(push.err()).contains("a line of standard input is longer than the limit of 4 bytes");
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.out()).isEqualTo("ok\n");
  }

  @Test
  void pullListensAtSeveralEndpoints() {
    TestCommand pull =
        TestCommand.here("pull", "--bind", uri, "--bind", uri + "-too", "--count", "2");
    TestCommand first =
        TestCommand.here("push", "--connect", pull.bound(0), "--data", "a", "--count", "1");
    assertThat(first.exitCode()).isZero();
    TestCommand second =
        TestCommand.here("push", "--connect", pull.bound(1), "--data", "b", "--count", "1");
    assertThat(second.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(pull.out().lines()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void quietLeavesOnlyTheBoundLine() {
    TestCommand pull = TestCommand.here("pull", "--bind", uri, "--count", "1", "--quiet");
    pull.bound();
    TestCommand push =
        TestCommand.here("push", "--connect", uri, "--data", "x", "--count", "1", "--quiet");

    assertThat(push.exitCode()).isZero();
    assertThat(pull.exitCode()).isZero();
    assertThat(push.err()).isEmpty();
    assertThat(pull.err().strip()).isEqualTo("bound " + uri);
  }
}
