package dev.trefoil.raw.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.spi.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of each frame as docs/WIRE.md shows them to whoever writes a peer. */
final class GoldenBytesTest {
  private static byte[] ascii(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] hello(SpRole role, Dialect dialect) {
    return ByteBuffer.allocate(8).putLong(Hello.encode(role, dialect)).array();
  }

  private static byte[] frame(int type, byte[] body) {
    return Frames.encode(type, 0, 0, Frames.EMPTY, body);
  }

  private static byte[] longs(long... values) {
    ByteBuffer out = ByteBuffer.allocate(8 * values.length);
    for (long value : values) {
      out.putLong(value);
    }
    return out.array();
  }

  static Stream<Arguments> frames() {
    byte[] none = Frames.EMPTY;
    byte[] hi = ascii("hi");
    byte[] id = {(byte) 0x80, 0, 0, 7};
    Open pull = new Open(1, Open.AT_LEAST_ONCE, 16 << 20, 0, 256, 10_000);
    long idAndMillis = 7L << 32 | 5000;
    return Stream.of(
        Arguments.of("hello of a v0 requester", hello(SpRole.REQ, Dialect.V0)),
        Arguments.of("hello of a v1 requester", hello(SpRole.REQ, Dialect.V1)),
        Arguments.of("hello of a v1 puller", hello(SpRole.PULL, Dialect.V1)),
        Arguments.of("v0 message hi", frame(FrameType.DATA, hi)),
        Arguments.of("v0 request 7", Frames.encode(FrameType.DATA, 0, 0, id, hi)),
        Arguments.of("v0 publication of topic t", Frames.encode(0, 0, 0, ascii("t"), hi)),
        Arguments.of("OPEN", frame(FrameType.OPEN, pull.encode())),
        Arguments.of("PING", frame(FrameType.PING, none)),
        Arguments.of("PONG", frame(FrameType.PONG, none)),
        Arguments.of("GOODBYE", frame(FrameType.GOODBYE, ascii("closing"))),
        Arguments.of("DATA", frame(FrameType.DATA, hi)),
        Arguments.of("REQUEST", Frames.encode(FrameType.REQUEST, idAndMillis, 0, none, hi)),
        Arguments.of("REPLY", Frames.encode(FrameType.REPLY, 0, 7, none, hi)),
        Arguments.of(
            "ERROR",
            Frames.encode(FrameType.ERROR, 0, 7, none, Frames.failure(Failure.HANDLER, "no"))),
        Arguments.of("PUBLISH", Frames.encode(FrameType.PUBLISH, 0, 1, ascii("t"), hi)),
        Arguments.of("SUBSCRIBE", frame(FrameType.SUBSCRIBE, ascii("t"))),
        Arguments.of("UNSUBSCRIBE", frame(FrameType.UNSUBSCRIBE, ascii("t"))),
        Arguments.of("GAP", frame(FrameType.GAP, Frames.number(3))),
        Arguments.of("PUSH", Frames.encode(FrameType.PUSH, 9, 1, none, hi)),
        Arguments.of("ACK", frame(FrameType.ACK, longs(1, 5))),
        Arguments.of("NACK", frame(FrameType.NACK, Frames.nack(6, Failure.HANDLER, "no"))),
        Arguments.of("CREDIT", frame(FrameType.CREDIT, new byte[] {0, 0, 1, 0})),
        Arguments.of("SKIP", frame(FrameType.SKIP, none)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void theDocumentShowsTheBytesThatAreSent(String name, byte[] bytes) throws IOException {
    String hex = HexFormat.ofDelimiter(" ").formatHex(bytes);
    assertThat(Files.readAllLines(document()))
        .as("a line of the document")
        .anyMatch(line -> line.strip().equals(name + ": " + hex));
  }

  private static Path document() {
    Path here = Path.of("docs", "WIRE.md");
    return Files.exists(here) ? here : Path.of("..").resolve(here);
  }
}
