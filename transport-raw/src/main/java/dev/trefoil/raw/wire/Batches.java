package dev.trefoil.raw.wire;

import java.nio.ByteBuffer;

/**
 * Cuts the part of a stream that consists of messages of one type, without a topic, and lies in the
 * input from end to end: several at a time, for handlers that take that. All on their way then pay
 * once for each batch what they would pay for each message.
 */
final class Batches {
  private static final int WORD = FrameType.WORD;
  private static final byte[] EMPTY = {};

  /** A batch ends once it has so many bytes. */
  private static final long MOST_BYTES = 64 * 1024;

  private final boolean v1;
  private final long maxBody;
  private final Batch batch = new Batch();

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
  boolean take(ByteBuffer in, Framer.Handler handler) {
    while (in.remaining() >= WORD) {
      int at = in.position();
      int type = v1 ? (int) (in.getLong(at) >>> 56) : FrameType.DATA;
      int limit = handler.batchLimit(type);
      if (limit <= 1) {
        return true;
      }
      int first = length(in, at, type);
      if (first < 0 || length(in, at + WORD + first, type) < 0) {
        return true;
      }
      int likely = Math.min(limit, in.remaining() / (WORD + first));
      if (!take(in, handler, type, Math.max(2, likely))) {
        return false;
      }
    }
    return true;
  }

  private boolean take(ByteBuffer in, Framer.Handler handler, int type, int most) {
    boolean push = type == FrameType.PUSH;
    int fields = FrameType.fieldBytes(type);
    Batch taken = batch;
    taken.begin(most, push);
    int at = in.position();
    while (!taken.isFull() && taken.bytes() < MOST_BYTES) {
      int length = length(in, at, type);
      if (length < 0) {
        break;
      }
      at += WORD;
      if (push) {
        taken.number(in.getLong(at), attempt(in, at));
      }
      byte[] body = length == fields ? EMPTY : new byte[length - fields];
      in.get(at + fields, body);
      taken.add(body);
      at += length;
    }
    in.position(at);
    boolean goesOn = handler.messages(type, taken);
    taken.end();
    return goesOn;
  }

  /**
   * The length of a frame of this type that begins here, is all there and has fields that make
   * sense, or -1. One that the handler will refuse comes to it alone, behind those before it.
   */
  private int length(ByteBuffer in, int at, int type) {
    int left = in.limit() - at - WORD;
    if (left < 0) {
      return -1;
    }
    long length = in.getLong(at);
    if (v1) {
      if ((int) (length >>> 56) != type) {
        return -1;
      }
      length &= FrameType.LENGTH_MASK;
    }
    int fields = FrameType.fieldBytes(type);
    if (length < fields || length > left || length > maxBody) {
      return -1;
    }
    return type == FrameType.PUSH && attempt(in, at + WORD) < 1 ? -1 : (int) length;
  }

  private static int attempt(ByteBuffer in, int fieldsAt) {
    return in.getInt(fieldsAt + Long.BYTES);
  }
}
