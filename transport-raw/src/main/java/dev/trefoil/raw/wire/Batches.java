package dev.trefoil.raw.wire;

import java.nio.ByteBuffer;

/**
 * Cuts the part of a stream that consists of plain messages, without fields or topic, and lies in
 * the input from end to end: several at a time, for handlers that take that. All on their way then
 * pay once for each batch what they would pay for each message.
 */
final class Batches {
  private static final int WORD = FrameType.WORD;
  private static final byte[] EMPTY = {};

  /** A batch ends once it has so many bytes. */
  private static final long MOST_BYTES = 64 * 1024;

  private final boolean v1;
  private final long maxBody;

  Batches(Dialect dialect, long maxBody) {
    this.v1 = dialect == Dialect.V1;
    this.maxBody = maxBody;
  }

  /**
   * Takes batches from a boundary between frames on, and stops at the first frame that is something
   * else, is not complete, or stands alone.
   *
   * @return false if the handler stopped
   */
  boolean take(ByteBuffer in, Framer.Handler handler) throws ProtocolException {
    int limit = handler.batchLimit();
    while (limit > 1) {
      int at = in.position();
      int first = length(in, at);
      if (first < 0 || length(in, at + WORD + first) < 0) {
        return true;
      }
      int likely = Math.min(limit, in.remaining() / (WORD + first));
      if (!batch(in, handler, new Object[Math.max(2, likely)])) {
        return false;
      }
    }
    return true;
  }

  private boolean batch(ByteBuffer in, Framer.Handler handler, Object[] bodies)
      throws ProtocolException {
    int at = in.position();
    int count = 0;
    long bytes = 0;
    while (count < bodies.length && bytes < MOST_BYTES) {
      int length = length(in, at);
      if (length < 0) {
        break;
      }
      byte[] body = length == 0 ? EMPTY : new byte[length];
      in.get(at + WORD, body);
      bodies[count++] = body;
      bytes += length;
      at += WORD + length;
    }
    in.position(at);
    return handler.messages(bodies, count, bytes);
  }

  /** The length of a plain message that begins here and is all there, or -1. */
  private int length(ByteBuffer in, int at) {
    int left = in.limit() - at - WORD;
    if (left < 0) {
      return -1;
    }
    long length = in.getLong(at);
    if (v1) {
      if ((int) (length >>> 56) != FrameType.DATA) {
        return -1;
      }
      length &= FrameType.LENGTH_MASK;
    }
    return length < 0 || length > left || length > maxBody ? -1 : (int) length;
  }
}
