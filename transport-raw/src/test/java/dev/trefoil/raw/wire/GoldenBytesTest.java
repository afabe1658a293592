package dev.trefoil.raw.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.spi.Failure;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
        Arguments.of(
            "PONG of a puller that pauses", frame(FrameType.PONG, new byte[] {Frames.PAUSED})),
        Arguments.of("GOODBYE", frame(FrameType.GOODBYE, ascii("closing"))),
        Arguments.of("LAST", frame(FrameType.LAST, none)),
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

  /** What the document shows in golden bytes: four spaces, a name, a colon, and hexadecimals. */
  private static Map<String, String> shown() throws IOException {
    Pattern golden = Pattern.compile(" {4}([^:]+): ([0-9a-f]{2}(?: [0-9a-f]{2})*)");
    Map<String, String> found = new TreeMap<>();
    for (String line : Files.readAllLines(document())) {
      Matcher matcher = golden.matcher(line);
      if (matcher.matches()) {
        found.put(matcher.group(1), matcher.group(2));
      }
    }
    return found;
  }

  @Test
  void theDocumentShowsNoBytesThatAreNotTested() throws IOException {
    Set<Object> tested =
        frames().map(each -> each.get()[0]).collect(Collectors.toCollection(TreeSet::new));
    assertThat(shown().keySet()).isEqualTo(tested);
  }

  /** Every type that the code knows stands in a heading with its number, and in golden bytes. */
  @Test
  void theDocumentShowsEveryTypeOfFrame() throws Exception {
    String headings =
        Files.readAllLines(document()).stream()
            .filter(line -> line.startsWith("### "))
            .collect(Collectors.joining("\n"));
    int types = 0;
    for (Field constant : FrameType.class.getFields()) {
      if (constant.getType() != int.class || !FrameType.isKnown(constant.getInt(null))) {
        continue;
      }
      types++;
      String number = HexFormat.of().toHexDigits((byte) constant.getInt(null));
      assertThat(headings).contains(constant.getName() + ", " + number.toUpperCase(Locale.ROOT));
      assertThat(shown().get(constant.getName())).startsWith(number + " 00 ");
    }
    assertThat(types).isEqualTo(knownTypes());
  }

  private static int knownTypes() {
    return (int) IntStream.range(0, 256).filter(FrameType::isKnown).count();
  }

  /** The other direction: whoever sends these bytes is understood. */
  @Test
  void theBytesThatAreShownAreTaken() throws Exception {
    for (Map.Entry<String, String> each : shown().entrySet()) {
      byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(each.getValue());
      if (each.getKey().startsWith("hello of")) {
        assertThat(new Hello().read(ByteBuffer.wrap(bytes))).as(each.getKey()).isTrue();
        continue;
      }
      Dialect dialect = each.getKey().startsWith("v0 ") ? Dialect.V0 : Dialect.V1;
      AtomicInteger taken = new AtomicInteger();
      Framer framer = new Framer(dialect, 100);
      framer.feed(
          ByteBuffer.wrap(bytes),
          (type, wide, narrow, head, body) -> {
            taken.incrementAndGet();
            assertThat(Frames.encode(type, wide, narrow, head, body)).isEqualTo(bytes);
            return true;
          });
      assertThat(taken).as(each.getKey()).hasValue(1);
      assertThat(framer.atBoundary()).as(each.getKey()).isTrue();
    }
  }

  private static Path document() {
    Path here = Path.of("docs", "WIRE.md");
    return Files.exists(here) ? here : Path.of("..").resolve(here);
  }
}
