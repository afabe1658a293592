package dev.trefoil.samples.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** 100 MiB in one message, between real processes: refused with words, or exact. */
@Tag("one-jvm")
class LargeMessageTest {
  private static final int MEBIBYTE = 1024 * 1024;
  private static final String RAISED = "128MiB";

  @TempDir static Path folder;
  private static Path large;

  @BeforeAll
  static void writeFile() throws IOException {
    large = folder.resolve("large");
    byte[] part = new byte[MEBIBYTE];
    Random random = new Random(13);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(large))) {
      for (int i = 0; i < 100; i++) {
        random.nextBytes(part);
        out.write(part);
      }
    }
  }

  private static TestCommand pull(String scheme, String... more) {
    return TestCommand.process(
        TestCommand.words(
            "pull --raw --count 1 --timeout 20s --bind " + scheme + "://127.0.0.1:0", more));
  }

  private static TestCommand push(String at, String... more) {
    return TestCommand.process(
        TestCommand.words("push --connect " + at + " --file " + large, more));
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp", "zmq"})
  void itArrivesByteForByteWhereBothSidesAllowIt(String scheme) throws IOException {
    Path copy = folder.resolve("copy-" + scheme);
    try (TestCommand pull =
            TestCommand.processWriting(
                copy,
                TestCommand.words(
                    "pull --raw --count 1 --timeout 20s --bind "
                        + scheme
                        + "://127.0.0.1:0 --max-message "
                        + RAISED));
        TestCommand push = push(pull.bound(), "--max-message", RAISED)) {
      assertThat(push.exitCode()).as(push.err()).isZero();
      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(Files.mismatch(large, copy)).isEqualTo(-1);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp", "zmq"})
  void withoutTheFlagTheSenderNamesItsLimit(String scheme) {
    try (TestCommand push = push(scheme + "://127.0.0.1:1")) {
      assertThat(push.exitCode()).isEqualTo(1);
      assertThat(push.err())
          .contains("104,857,600 bytes is larger than the limit of 16,777,216: raise it");
    }
  }

  /** Nothing of it is read: no array would hold it. */
  @Test
  void fileLargerThanMemoryNamesTheLimitToo() throws IOException {
    Path huge = folder.resolve("huge");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(3L << 30);
    }
    try (TestCommand push =
        TestCommand.process("push", "--connect", "raw://127.0.0.1:1", "--file", huge.toString())) {
      assertThat(push.exitCode()).isEqualTo(1);
      assertThat(push.err())
          .contains("3,221,225,472 bytes is larger than the limit of 16,777,216: raise it")
          .doesNotContain("\tat ");
    } finally {
      Files.deleteIfExists(huge);
    }
  }

  @Test
  void rawKnowsThePullersLimitAndSendsNothing() {
    try (TestCommand pull = pull("raw");
        TestCommand push = push(pull.bound(), "--max-message", RAISED)) {
      assertThat(push.exitCode()).as(push.err()).isEqualTo(1);
      assertThat(push.err()).contains("limit of 16,777,216 that peer ", "over there");
      assertThat(push.err()).contains("push: sent 0 messages");
    }
  }

  @Test
  void rawAcknowledgedIsRefusedByThePuller() {
    try (TestCommand pull = pull("raw", "--at-least-once");
        TestCommand push =
            push(pull.bound(), "--max-message", RAISED, "--at-least-once", "--timeout", "20s")) {
      assertThat(push.exitCode()).as(push.err()).isEqualTo(1);
      assertThat(push.err()).contains("it is over the puller's limit");
    }
  }

  /** Their wires do not tell the limit beforehand: the puller hangs up in the middle. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"sp | where 16777216 are allowed", "zmq | limit of 16777216 bytes"})
  void elsewhereThePullerNamesItsLimitAndThePusherKnowsOfTheLoss(String scheme, String limit) {
    try (TestCommand pull = pull(scheme);
        TestCommand push = push(pull.bound(), "--max-message", RAISED)) {
      assertThat(push.exitCode()).as(push.err()).isEqualTo(1);
      // Which of the two it is depends on whether the loss or the end of the command came first.
      assertThat(push.err())
          .containsPattern(
              "1 message was (lost with the connection|not sent: the connection was lost); .*"
                  + "over its limit \\(16MiB without --max-message, over there\\)");
      pull.awaitErr("too large .*" + limit);
    }
  }

  @Test
  void onZmqWhatIsNeverAcknowledgedIsGivenUp() {
    try (TestCommand pull = pull("zmq", "--at-least-once");
        TestCommand push =
            push(pull.bound(), "--max-message", RAISED, "--at-least-once", "--timeout", "20s")) {
      assertThat(push.exitCode()).as(push.err()).isEqualTo(1);
      assertThat(push.err()).containsPattern("gave up on message|not acknowledged");
      pull.awaitErr("too large .*limit of 16777216 bytes");
    }
  }
}
