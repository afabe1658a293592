package dev.trefoil.raw.wire;

/**
 * The types of frames. Each frame starts with one 64-bit word:
 *
 * <pre>
 *   0      1                         7
 * +------+----------------------------+----------------+----------
 * | type | length of what follows     | fields of type | body ...
 * +------+----------------------------+----------------+----------
 * </pre>
 *
 * v0 knows only {@link #DATA}, whose word is plain SP's 64-bit length. In v1 a type that is not
 * known is skipped if its top bit is set, and ends the connection otherwise.
 */
public final class FrameType {
  /** A message: the body and nothing else. */
  public static final int DATA = 0x00;

  /** The first frame of v1: see {@link Open}. */
  public static final int OPEN = 0x01;

  /** Asks for a {@link #PONG}; empty. */
  public static final int PING = 0x02;

  /** A sign of life; empty. */
  public static final int PONG = 0x03;

  /** Send nothing new; what was asked is still answered: UTF-8 words for people. */
  public static final int GOODBYE = 0x04;

  /** Answers {@link #GOODBYE}, behind the last that is new: empty. */
  public static final int LAST = 0x84;

  /** A request: id (4), milliseconds to the deadline (4), body. */
  public static final int REQUEST = 0x10;

  /** A reply: id (4), body. */
  public static final int REPLY = 0x11;

  /** No reply: id (4), code (1), UTF-8 words. */
  public static final int ERROR = 0x12;

  /** A published message: length of the topic (4), topic, body. */
  public static final int PUBLISH = 0x20;

  /** Wants a topic: its bytes. */
  public static final int SUBSCRIBE = 0x21;

  /** Wants it no longer: its bytes. */
  public static final int UNSUBSCRIBE = 0x22;

  /** Messages dropped just before the next one: count (8). */
  public static final int GAP = 0xA3;

  /** A message to be acknowledged: number (8), attempt (4), body. */
  public static final int PUSH = 0x30;

  /** Done: pairs of first and last sequence number (8 each). */
  public static final int ACK = 0x31;

  /** Will not be done: sequence number (8), code (1), UTF-8 words. */
  public static final int NACK = 0x32;

  /** The puller's new limit of unacknowledged messages: (4). */
  public static final int CREDIT = 0x33;

  /** Takes the place of a PUSH whose body is over the peer's limit, so that numbers agree. */
  public static final int SKIP = 0x34;

  /** Not a deadline: the request has none. */
  public static final int NO_DEADLINE = 0xFFFF_FFFF;

  /** How long the word before each frame is. */
  public static final int WORD = 8;

  /** The longest frame without a user's message in it; topics are as long as this at most. */
  public static final int MAX_CONTROL = 64 * 1024;

  /** The low seven bytes of the word. */
  public static final long LENGTH_MASK = 0x00FF_FFFF_FFFF_FFFFL;

  private static final int OPTIONAL = 0x80;

  private FrameType() {}

  /** {@return the word before a frame} */
  public static long word(int type, long length) {
    return ((long) type << 56) | length;
  }

  /** {@return whether frames of this type carry a message of the user} */
  public static boolean isMessage(int type) {
    return switch (type) {
      case DATA, REQUEST, REPLY, ERROR, PUBLISH, PUSH -> true;
      default -> false;
    };
  }

  /** {@return whether frames of this type are a message with nothing but fields before its body} */
  static boolean isPlainMessage(int type) {
    return switch (type) {
      case DATA, REQUEST, REPLY, PUSH -> true;
      default -> false;
    };
  }

  /** {@return whether the type is defined here} */
  public static boolean isKnown(int type) {
    return switch (type) {
      case DATA,
          OPEN,
          PING,
          PONG,
          GOODBYE,
          LAST,
          REQUEST,
          REPLY,
          ERROR,
          PUBLISH,
          SUBSCRIBE,
          UNSUBSCRIBE,
          GAP,
          PUSH,
          ACK,
          NACK,
          CREDIT,
          SKIP ->
          true;
      default -> false;
    };
  }

  /** {@return whether a type that is not known may be skipped} */
  public static boolean isOptional(int type) {
    return (type & OPTIONAL) != 0;
  }

  /** {@return a type as people read it: {@code frame of type 1f}} */
  public static String name(int type) {
    return "frame of type " + Integer.toHexString(0x100 | type).substring(1);
  }

  /** {@return how many bytes of fixed fields stand before the body: 0, 4, 8 or 12} */
  public static int fieldBytes(int type) {
    return switch (type) {
      case REPLY, ERROR, PUBLISH -> 4;
      case REQUEST -> 8;
      case PUSH -> 12;
      default -> 0;
    };
  }
}
