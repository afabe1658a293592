package dev.trefoil.raw.wire;

import dev.trefoil.RejectReason;
import java.nio.ByteBuffer;

/**
 * The eight bytes that each side sends first, and a reader that takes them as they come.
 *
 * <pre>
 *   0    1    2    3    4    5    6    7
 * +----+----+----+----+----+----+----+----+
 * | 00 | S  | P  | 00 |  type   | 00 | 00 |
 * +----+----+----+----+----+----+----+----+
 * </pre>
 *
 * Byte 3 is SP's version. Each byte is checked when it comes, so that a stranger is turned away at
 * its first wrong one. Not thread-safe.
 */
public final class Hello {
  /** How long a hello is. */
  public static final int BYTES = 8;

  /** How TLS begins: what a dialer sends first, and what a listener says to a hello like ours. */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final int TLS_ALERT = 0x15;
  private static final long MAGIC = 0x0053_5000_0000_0000L;

  private long word;
  private int have;

  /** Starts with nothing read. */
  public Hello() {}

  /** {@return the hello of a role, as one big-endian number} */
  public static long encode(SpRole role, Dialect dialect) {
    return MAGIC | ((long) role.type(dialect) << 16);
  }

  /** {@return the hello of a role, as it goes over the wire} */
  public static byte[] bytes(SpRole role, Dialect dialect) {
    return ByteBuffer.allocate(BYTES).putLong(encode(role, dialect)).array();
  }

  /**
   * Reads what there is of the hello.
   *
   * @param in bytes of the peer; left just behind the hello
   * @return true when it is complete
   * @throws Rejection if it is no hello of a protocol spoken here
   */
  public boolean read(ByteBuffer in) throws Rejection {
    while (have < BYTES && in.hasRemaining()) {
      int octet = in.get() & 0xFF;
      word = (word << 8) | octet;
      check(have, octet);
      have++;
    }
    return have == BYTES;
  }

  /** {@return what is missing when the time for a handshake is over, for people} */
  public String late() {
    return have == BYTES
        ? "its OPEN did not come in time"
        : "it sent " + have + " of the 8 bytes of its hello in time";
  }

  /** {@return the type that the peer named, once {@link #read} returned true} */
  public int type() {
    return (int) (word >>> 16) & 0xFFFF;
  }

  private static void check(int at, int octet) throws Rejection {
    switch (at) {
      case 0, 6, 7 -> expect(octet == 0, at, octet);
      case 1 -> expect(octet == 'S', at, octet);
      case 2 -> expect(octet == 'P', at, octet);
      case 3 -> {
        if (octet != 0) {
          throw new Rejection(RejectReason.WRONG_VERSION, "it speaks SP version " + octet);
        }
      }
      default -> {
        // Bytes 4 and 5 are the type, which the session judges.
      }
    }
  }

  private static void expect(boolean right, int at, int octet) throws Rejection {
    if (!right && at == 0 && (octet == TLS_HANDSHAKE || octet == TLS_ALERT)) {
      throw new Rejection(
          RejectReason.BAD_HELLO, "it speaks TLS, as on raw+tls:// or sp+tls://, and not plain SP");
    }
    if (!right) {
      throw new Rejection(
          RejectReason.BAD_HELLO,
          "byte " + at + " of its hello is 0x" + Integer.toHexString(octet));
    }
  }

  /**
   * The role and dialect of a complete hello, if it fits ours.
   *
   * @param ours this side's role
   * @return what the peer speaks
   * @throws Rejection if it does not belong at the other end
   */
  public Dialect accept(SpRole ours) throws Rejection {
    SpRole role = SpRole.ofType(type());
    if (role == null) {
      throw new Rejection(
          RejectReason.BAD_HELLO, "it offers type 0x" + Integer.toHexString(type()));
    }
    Dialect dialect = SpRole.dialectOf(type());
    if (role != ours.peer()) {
      throw new Rejection(
          RejectReason.WRONG_ROLE,
          "it is a "
              + role
              + " of "
              + dialect.words()
              + ", and a "
              + ours.peer()
              + " belongs here");
    }
    return dialect;
  }
}
