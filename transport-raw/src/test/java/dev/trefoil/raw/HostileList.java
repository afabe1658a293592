package dev.trefoil.raw;

import static dev.trefoil.raw.Rig.bytes;

import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What strangers may send to a puller that takes up to 1,024 bytes, and how that is counted. */
final class HostileList {
  static final int MAX = 1024;

  private static final byte[] V0 = hex("00 53 50 00 00 50 00 00");
  private static final byte[] V1 = hex("00 53 50 00 f0 50 00 00");
  private static final String REJECTED = "trefoil.rejected";
  private static final String DISCONNECTS = "trefoil.disconnects";

  private HostileList() {}

  /**
   * One of them.
   *
   * @param what it is
   * @param hex all that is sent
   * @param leaves whether it closes then, or waits for the listener to close
   * @param meter that counts it
   * @param reason the meter's tag
   */
  record Entry(String what, String hex, boolean leaves, String meter, String reason) {
    private Entry(String what, byte[] sent, boolean leaves, String meter, String reason) {
      this(what, HexFormat.of().formatHex(sent), leaves, meter, reason);
    }

    byte[] sent() {
      return HostileList.hex(hex);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Entry> all() {
    byte[] nothing = {};
    byte[] ping = Frames.encode(FrameType.PING, 0, 0, nothing, nothing);
    byte[] data = Frames.encode(FrameType.DATA, 0, 0, nothing, bytes("x"));
    byte[] opened = join(V1, openFrame());
    Stream<Entry> silent =
        LongStream.rangeClosed(0, 7)
            .mapToObj(count -> rejected(count + " bytes", start(V0, count), "handshake_timeout"));
    Stream<Entry> openings =
        Stream.of(
            new Entry("7 bytes, close", start(V0, 7), true, REJECTED, "handshake_closed"),
            rejected("magic byte 0", hex("01 53 50 00 00 50 00 00"), "bad_hello"),
            rejected("magic byte 1", hex("00 73 50 00 00 50 00 00"), "bad_hello"),
            rejected("magic byte 2", hex("00 53 70 00 00 50 00 00"), "bad_hello"),
            rejected("version", hex("00 53 50 01 00 50 00 00"), "wrong_version"),
            rejected("unknown type", hex("00 53 50 00 00 99 00 00"), "bad_hello"),
            rejected("our own role", hex("00 53 50 00 00 51 00 00"), "wrong_role"),
            rejected("our own role, v1", hex("00 53 50 00 f0 51 00 00"), "wrong_role"),
            rejected("reserved byte 6", hex("00 53 50 00 00 50 01 00"), "bad_hello"),
            rejected("reserved byte 7", hex("00 53 50 00 00 50 00 01"), "bad_hello"),
            rejected("control frame first", join(V1, ping), "bad_hello"),
            rejected("message first", join(V1, data), "bad_hello"),
            rejected("TLS", hex("16 03 01 02 00 01 00 01 fc 03 03 00 01 02"), "bad_hello"),
            rejected("HTTP", bytes("GET / HTTP/1.1\r\nHost: here\r\n\r\n"), "bad_hello"));
    Stream<Entry> lengths =
        LongStream.of(-1, Long.MAX_VALUE, 1L << 31, MAX + 1)
            .mapToObj(word -> lost("length " + word, join(V0, word(word)), "too_large"));
    Stream<Entry> lengthsOfV1 =
        LongStream.of((1L << 56) - 1, 1L << 31, MAX + 1)
            .mapToObj(word -> lost("v1 length " + word, join(opened, word(word)), "too_large"));
    Stream<Entry> rest =
        Stream.of(
            new Entry("half", half(V0), true, DISCONNECTS, "closed_by_peer"),
            new Entry("half, v1", half(opened), true, DISCONNECTS, "closed_by_peer"),
            lost("unknown v1 frame", join(opened, word(0x7FL << 56)), "malformed"),
            lost("two openings", join(opened, openFrame()), "malformed"));
    return Stream.of(silent, openings, lengths, lengthsOfV1, rest).flatMap(each -> each);
  }

  private static Entry rejected(String what, byte[] sent, String reason) {
    return new Entry(what, sent, false, REJECTED, reason);
  }

  private static Entry lost(String what, byte[] sent, String reason) {
    return new Entry(what, sent, false, DISCONNECTS, reason);
  }

  private static byte[] half(byte[] opening) {
    return join(opening, word(MAX), new byte[MAX / 2]);
  }

  static byte[] openFrame() {
    byte[] open = new Open(Open.VERSION, 0, 1 << 20, 0, 0, 0).encode();
    return Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open);
  }

  private static byte[] start(byte[] of, long count) {
    return Arrays.copyOf(of, (int) count);
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static byte[] word(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  static byte[] join(byte[]... parts) {
    ByteBuffer out = ByteBuffer.allocate(Stream.of(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }
}
