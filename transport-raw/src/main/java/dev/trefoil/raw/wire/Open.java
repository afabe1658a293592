package dev.trefoil.raw.wire;

import java.nio.ByteBuffer;

/**
 * The first frame of v1, sent by each side right behind its hello.
 *
 * <pre>
 *   0        2        4                 8
 * +--------+--------+-----------------+-----------------------------------+
 * | version| 0      | flags           | largest message that it takes     |
 * +--------+--------+-----------------+-----------------------------------+
 * | number of the sender (PUSH), or 0 | credit (PULL)   | heartbeat, ms   |
 * +-----------------------------------+-----------------+-----------------+
 *  16                                  24                28              32
 * </pre>
 *
 * What a newer peer appends is ignored.
 *
 * @param version 1
 * @param flags of the sender; see {@link #AT_LEAST_ONCE} and {@link #SAYS_LAST}
 * @param maxMessage the largest body that it takes
 * @param senderId a pusher's number, or 0
 * @param credit how many unacknowledged messages a puller takes, or 0
 * @param heartbeatMillis after how much silence it asks for a sign of life, or 0 for never
 */
public record Open(
    int version, int flags, long maxMessage, long senderId, int credit, int heartbeatMillis) {
  /** The only version there is. */
  public static final int VERSION = 1;

  /** Flag: pushed messages are acknowledged. Both sides say the same. */
  public static final int AT_LEAST_ONCE = 1;

  /** Flag: it answers a GOODBYE by a LAST. */
  public static final int SAYS_LAST = 2;

  /** How long it is. */
  public static final int BYTES = 32;

  /** {@return the frame's content} */
  public byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .putShort((short) version)
        .putShort((short) 0)
        .putInt(flags)
        .putLong(maxMessage)
        .putLong(senderId)
        .putInt(credit)
        .putInt(heartbeatMillis)
        .array();
  }

  /**
   * Reads one.
   *
   * @param content of the frame
   * @return what it says
   * @throws ProtocolException if it is too short or its numbers make no sense
   */
  public static Open decode(byte[] content) throws ProtocolException {
    if (content.length < BYTES) {
      throw ProtocolException.malformed("its OPEN has " + content.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(content);
    int version = in.getShort() & 0xFFFF;
    in.getShort();
    Open open =
        new Open(version, in.getInt(), in.getLong(), in.getLong(), in.getInt(), in.getInt());
    if (version < VERSION || open.maxMessage < 0 || open.credit < 0 || open.heartbeatMillis < 0) {
      throw ProtocolException.malformed("its OPEN makes no sense: " + open);
    }
    return open;
  }

  /** {@return whether a flag is set} */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
