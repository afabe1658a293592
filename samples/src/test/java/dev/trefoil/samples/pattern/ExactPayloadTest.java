package dev.trefoil.samples.pattern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Payloads of every kind of byte, and of none, between real processes in each pattern: what comes
 * out is what went in, over the wires that are encrypted or no TCP as well.
 */
@Tag("one-jvm")
@Execution(ExecutionMode.CONCURRENT)
class ExactPayloadTest {
  private static final long SEED = 21;

  @TempDir static Path folder;
  private static Path lines;
  private static Path binary;
  private static Path empty;
  private static int count;

  @BeforeAll
  static void writeFiles() throws IOException {
    TestCommand certs = TestCommand.here("certs", folder.resolve("keys").toString());
    assertThat(certs.exitCode()).as(certs.err()).isZero();
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    binary = Files.write(folder.resolve("binary"), all);
    empty = Files.write(folder.resolve("empty"), new byte[0]);
    List<byte[]> payloads =
        Stream.concat(
                Stream.of(
                    new byte[0],
                    without('\n', all),
                    new byte[] {(byte) 0xC3, 0x28}, // no UTF-8, and the next is no UTF-16 either
                    new byte[] {(byte) 0xFF, (byte) 0xFE, 0},
                    new byte[0],
                    new byte[] {'\r'},
                    "grüße, 三葉草".getBytes(UTF_8)),
                new Random(SEED).ints(20, 1, 2_000).mapToObj(ExactPayloadTest::random))
            .toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] payload : payloads) {
      out.write(payload);
      out.write('\n');
    }
    count = payloads.size();
    lines = Files.write(folder.resolve("lines"), out.toByteArray());
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(SEED + length).nextBytes(bytes);
    return without('\n', bytes);
  }

  private static byte[] without(int unwanted, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte next : bytes) {
      if (next != unwanted) {
        out.write(next);
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "raw+tls", "raw+unix", "sp", "sp+tls", "zmq"})
  void requestsAndRepliesAreExact(String scheme) throws IOException {
    try (TestCommand rep = listening("rep --echo --count " + count, scheme);
        TestCommand req =
            TestCommand.processReading(lines, connecting("req --timeout 25s -", rep))) {
      assertThat(req.exitCode()).as(req.err() + rep.err()).isZero();
      assertThat(rep.exitCode()).as(rep.err()).isZero();
      assertThat(req.outBytes()).isEqualTo(Files.readAllBytes(lines));
    }
  }

  /** The topic is the empty one, since on sp a topic is the beginning of the payload. */
  @ParameterizedTest
  @ValueSource(strings = {"raw", "raw+tls", "raw+unix", "sp", "sp+tls", "zmq"})
  void publicationsAreExact(String scheme) throws IOException {
    try (TestCommand sub = listening("sub --timeout 25s --count " + count, scheme);
        TestCommand pub =
            TestCommand.processReading(
                lines, connecting("pub --wait-subscribers 1 --timeout 25s - --topic", sub, ""))) {
      assertThat(pub.exitCode()).as(pub.err() + sub.err()).isZero();
      assertThat(sub.exitCode()).as(sub.err() + pub.err()).isZero();
      assertThat(sub.outBytes()).isEqualTo(Files.readAllBytes(lines));
    }
  }

  /** The other wires are tested elsewhere, by more than this. */
  @ParameterizedTest
  @ValueSource(strings = {"raw+tls", "raw+unix", "sp+tls"})
  void pushedMessagesAreExact(String scheme) throws IOException {
    try (TestCommand pull = listening("pull --timeout 25s --count " + count, scheme);
        TestCommand push =
            TestCommand.processReading(lines, connecting("push --timeout 25s -", pull))) {
      assertThat(push.exitCode()).as(push.err() + pull.err()).isZero();
      assertThat(pull.exitCode()).as(pull.err() + push.err()).isZero();
      assertThat(pull.outBytes()).isEqualTo(Files.readAllBytes(lines));
    }
  }

  /** Files have newlines in them, or nothing at all. */
  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp", "zmq"})
  void filesAreExact(String scheme) throws IOException {
    for (Path file : List.of(binary, empty)) {
      byte[] content = Files.readAllBytes(file);
      try (TestCommand rep = listening("rep --echo --count 1", scheme);
          TestCommand req =
              TestCommand.process(
                  connecting("req --raw --timeout 25s --file", rep, file.toString()))) {
        assertThat(req.exitCode()).as(req.err() + rep.err()).isZero();
        assertThat(req.outBytes()).isEqualTo(content);
      }
      try (TestCommand sub = listening("sub --raw --timeout 25s --count 1", scheme);
          TestCommand pub =
              TestCommand.process(
                  connecting(
                      "pub --wait-subscribers 1 --timeout 25s --count 1 --file",
                      sub,
                      file.toString(),
                      "--topic",
                      ""))) {
        assertThat(pub.exitCode()).as(pub.err() + sub.err()).isZero();
        assertThat(sub.exitCode()).as(sub.err() + pub.err()).isZero();
        assertThat(sub.outBytes()).isEqualTo(content);
      }
    }
  }

  private static TestCommand listening(String command, String scheme) {
    String at =
        scheme.equals("raw+unix")
            ? "raw+unix://" + folder.resolve(command.substring(0, 4).strip() + ".socket")
            : scheme + "://127.0.0.1:0";
    String tls =
        scheme.endsWith("+tls")
            ? " --tls-cert " + key("server.crt") + " --tls-key " + key("server.key")
            : "";
    return TestCommand.process(TestCommand.words(command + " --bind " + at + tls));
  }

  private static String[] connecting(String command, TestCommand other, String... more) {
    String at = other.bound();
    String tls = at.contains("+tls:") ? " --tls-ca " + key("ca.crt") : "";
    int space = command.indexOf(' ');
    String line = command.substring(0, space) + " --connect " + at + tls + command.substring(space);
    return TestCommand.words(line, more);
  }

  private static Path key(String name) {
    return folder.resolve("keys").resolve(name);
  }
}
