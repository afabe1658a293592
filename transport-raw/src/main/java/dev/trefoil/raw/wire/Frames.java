package dev.trefoil.raw.wire;

import dev.trefoil.spi.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes and decodes what stands in frames beyond their fixed fields. */
public final class Frames {
  /** Nothing. */
  public static final byte[] EMPTY = {};

  /** The body of a PONG whose sender does not read for now. */
  public static final byte PAUSED = 1;

  /** Words for people are cut to this. */
  private static final int MAX_WORDS = 1024;

  private Frames() {}

  /** {@return a whole frame in an array of its own} */
  public static byte[] encode(int type, long wide, int narrow, byte[] head, byte[] body) {
    int fields = FrameType.fieldBytes(type);
    int length = fields + head.length + body.length;
    ByteBuffer out = ByteBuffer.allocate(FrameType.WORD + length);
    out.putLong(FrameType.word(type, length));
    if (fields >= 8) {
      out.putLong(wide);
    }
    if (fields == 4 || fields == 12) {
      out.putInt(narrow);
    }
    return out.put(head).put(body).array();
  }

  /** {@return UTF-8 of words for people, cut to a sensible length} */
  public static byte[] words(String text) {
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    if (all.length <= MAX_WORDS) {
      return all;
    }
    int end = MAX_WORDS;
    while ((all[end] & 0xC0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(all, end);
  }

  /** {@return words for people that came from a peer; what is not UTF-8 is replaced} */
  public static String words(byte[] content, int from) {
    int length = Math.min(content.length - from, MAX_WORDS);
    return new String(content, from, length, StandardCharsets.UTF_8);
  }

  /**
   * Body of an ERROR.
   *
   * <pre>
   * +------+------------------
   * | code | words, UTF-8 ...
   * +------+------------------
   * </pre>
   */
  public static byte[] failure(Failure failure, String text) {
    byte[] words = words(text);
    return ByteBuffer.allocate(1 + words.length).put((byte) failure.code()).put(words).array();
  }

  /**
   * Body of a NACK.
   *
   * <pre>
   * +-----------------+------+------------------
   * | sequence number | code | words, UTF-8 ...
   * +-----------------+------+------------------
   *  0                 8      9
   * </pre>
   */
  public static byte[] nack(long sequence, Failure failure, String text) {
    byte[] rest = failure(failure, text);
    return ByteBuffer.allocate(8 + rest.length).putLong(sequence).put(rest).array();
  }

  /** {@return eight bytes: the body of a GAP} */
  public static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }
}
