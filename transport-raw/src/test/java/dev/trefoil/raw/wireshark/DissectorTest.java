package dev.trefoil.raw.wireshark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.raw.wireshark.Tshark.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The dissector of docs/wireshark over every frame of docs/WIRE.md, and over real conversations.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class DissectorTest {
  private static final Path WIRE = Path.of("..", "docs", "WIRE.md");

  /** How the bytes that WIRE.md shows are to be read: the fields of each frame. */
  private static final Map<String, String> FIELDS = new LinkedHashMap<>();

  static {
    FIELDS.put(
        "OPEN",
        "type=0x01 length=32 open.version=1 open.flags=0x00000001 open.flags.acknowledged=1"
            + " open.flags.says_last=0"
            + " open.max_message=16777216 open.sender=0x0000000000000000 credit=256"
            + " open.heartbeat=10000");
    FIELDS.put("PING", "type=0x02 length=0");
    FIELDS.put("PONG", "type=0x03 length=0");
    FIELDS.put("GOODBYE", "type=0x04 length=7 words=closing");
    FIELDS.put("LAST", "type=0x84 length=0");
    FIELDS.put("DATA", "type=0x00 length=2 body=68:69");
    FIELDS.put("REQUEST", "type=0x10 length=10 id=7 deadline=5000 body=68:69");
    FIELDS.put("REPLY", "type=0x11 length=6 id=7 body=68:69");
    FIELDS.put("ERROR", "type=0x12 length=7 id=7 code=1 words=no");
    FIELDS.put("PUBLISH", "type=0x20 length=7 topic_length=1 topic=t body=68:69");
    FIELDS.put("SUBSCRIBE", "type=0x21 length=1 topic=t");
    FIELDS.put("UNSUBSCRIBE", "type=0x22 length=1 topic=t");
    FIELDS.put("GAP", "type=0xa3 length=8 missed=3");
    FIELDS.put("PUSH", "type=0x30 length=14 number=9 attempt=1 body=68:69");
    FIELDS.put("ACK", "type=0x31 length=16 ack.first=1 ack.last=5");
    FIELDS.put("NACK", "type=0x32 length=11 sequence=6 code=1 words=no");
    FIELDS.put("CREDIT", "type=0x33 length=4 credit=256");
    FIELDS.put("SKIP", "type=0x34 length=0");
  }

  @BeforeAll
  static void requireTshark() {
    Tshark.require();
  }

  private static byte[] shownInWire(String name) throws Exception {
    return Files.readAllLines(WIRE).stream()
        .map(String::strip)
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> HexFormat.ofDelimiter(" ").parseHex(line.substring(name.length() + 2)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("WIRE.md does not show " + name));
  }

  private static byte[] hello(int type) {
    return new byte[] {0, 'S', 'P', 0, (byte) (type >> 8), (byte) type, 0, 0};
  }

  private static byte[] join(List<byte[]> parts) {
    int length = parts.stream().mapToInt(part -> part.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    parts.forEach(all::put);
    return all.array();
  }

  private static String line(Shown shown) {
    StringBuilder out = new StringBuilder();
    shown
        .fields()
        .forEach(
            (name, values) ->
                out.append(' ').append(name).append('=').append(String.join(",", values)));
    return out.substring(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 64, 1400})
  void everyFrameOfTheDocumentIsTakenApartWhereverItIsCut(int segment) throws Exception {
    List<byte[]> parts = new ArrayList<>(List.of(hello(0xF051)));
    for (String name : FIELDS.keySet()) {
      parts.add(shownInWire(name));
    }
    PacketFile capture = new PacketFile();
    capture.add(0, true, join(parts), segment);

    List<Shown> shown = Tshark.dissect(capture.bytes());

    assertThat(shown.get(0).get("hello.type")).isEqualTo("0xf051");
    assertThat(shown.subList(1, shown.size()))
        .extracting(DissectorTest::line)
        .containsExactlyElementsOf(FIELDS.values());
    assertThat(shown).noneMatch(Shown::malformed);
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 1400})
  void plainSpIsTakenApartByTheRoleOfItsHello(int segment) throws Exception {
    byte[] forwarded = {0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 5, (byte) 0x80, 0, 0, 7, 'h', 'i'};
    PacketFile capture = new PacketFile();
    capture.add(0, true, join(List.of(hello(0x0030), shownInWire("v0 request 7"))), segment);
    capture.add(0, false, join(List.of(hello(0x0031), forwarded)), segment);
    capture.add(1, true, hello(0x0021), segment);
    capture.add(
        1, false, join(List.of(hello(0x0020), shownInWire("v0 publication of topic t"))), segment);

    List<Shown> shown = Tshark.dissect(capture.bytes());

    assertThat(shown)
        .filteredOn(each -> each.get("hello") == null)
        .extracting(DissectorTest::line)
        .containsExactly(
            "length=6 id=7 body=68:69",
            "length=10 hop=0x00000005 id=7 body=68:69",
            "length=3 body=74:68:69");
    assertThat(shown)
        .filteredOn(each -> each.get("hello") != null)
        .extracting(each -> each.get("hello.type"))
        .containsExactly("0x0030", "0x0031", "0x0021", "0x0020");
  }

  @Test
  void whatTheWireDoesNotAllowIsMarked() throws Exception {
    byte[] unknown = {0x1f, 0, 0, 0, 0, 0, 0, 1, 'x'};
    byte[] optional = {(byte) 0xff, 0, 0, 0, 0, 0, 0, 1, 'x'};
    byte[] tooShort = {0x11, 0, 0, 0, 0, 0, 0, 2, 0, 0};
    byte[] tooLong = {0x10, 1, 0, 0, 0, 0, 0, 0};
    PacketFile capture = new PacketFile();
    capture.add(0, true, join(List.of(hello(0xF030), unknown, optional, tooShort, tooLong)), 1400);
    capture.add(1, true, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 1400);

    List<Shown> shown = Tshark.dissect(capture.bytes());

    assertThat(shown).extracting(Shown::malformed).containsExactly(false, true, false, true, true);
    assertThat(shown).extracting(Shown::connection).containsOnly(0);
  }

  @Test
  void realConversationsAreTakenApart() throws Exception {
    PacketFile capture = new PacketFile();
    for (Recorder.Chunk chunk : Conversations.record()) {
      capture.add(chunk.connection(), chunk.byDialer(), chunk.bytes(), 1400);
    }

    List<Shown> shown = Tshark.dissect(capture.bytes());

    assertThat(shown).noneMatch(Shown::malformed);
    assertThat(shown)
        .filteredOn(each -> each.connection() == Conversations.REQUESTS)
        .extracting(DissectorTest::line)
        .anyMatch(line -> line.matches("type=0x10 .* deadline=[0-9]+ body=68:65:6c:6c:6f"))
        .anyMatch(line -> line.matches("type=0x11 .* body=72:65:3a:68:65:6c:6c:6f"))
        .anyMatch(line -> line.matches("type=0x12 .* code=1 words=cannot answer that"))
        .anyMatch(line -> line.equals("type=0x02 length=0"))
        .anyMatch(line -> line.equals("type=0x03 length=0"))
        .anyMatch(line -> line.matches("type=0x04 .* words=closing"));
    assertThat(shown)
        .filteredOn(each -> each.connection() == Conversations.TOPICS)
        .extracting(DissectorTest::line)
        .contains("type=0x21 length=1 topic=t", "type=0x22 length=1 topic=t")
        .contains("type=0x20 length=8 topic_length=2 topic=t1 body=68:69");
    assertThat(shown)
        .filteredOn(each -> each.connection() == Conversations.WORK)
        .extracting(DissectorTest::line)
        .contains("type=0x30 length=14 number=1 attempt=1 body=68:69")
        .contains("type=0x30 length=14 number=1 attempt=2 body=68:69")
        .anyMatch(line -> line.matches("type=0x32 .* sequence=1 code=1 words=not yet"))
        .contains("type=0x31 length=16 ack.first=2 ack.last=2");
    assertThat(shown)
        .filteredOn(each -> each.connection() == Conversations.PLAIN)
        .extracting(DissectorTest::line)
        .contains("hello=00:53:50:00:00:51:00:00 hello.version=0 hello.type=0x0051")
        .contains("length=2 body=68:69");
  }
}
