package dev.trefoil.raw.wire;

import dev.trefoil.DisconnectReason;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Turns bytes, cut anywhere, into frames. Each length is checked before anything is allocated for
 * it; each body is copied once, into an array of its own size.
 *
 * <p>Not thread-safe. Between calls it keeps at most a word, the fields, and the frame it is in.
 */
public final class Framer {
  /** Takes frames. */
  public interface Handler {
    /**
     * A frame is complete. The arrays are the handler's to keep.
     *
     * @param type one that is known
     * @param wide the first eight bytes of fields, for types that have 8 or 12
     * @param narrow the last four bytes of fields, for types that have 4 or 12
     * @param head a published message's topic; empty for other types
     * @param body what follows
     * @return false to stop: {@link #feed} returns with the rest unread
     * @throws ProtocolException if the frame is not allowed here
     */
    boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
        throws ProtocolException;
  }

  private enum Stage {
    WORD,
    FIELDS,
    HEAD,
    BODY,
    SKIP
  }

  /** A peer must send what it announced before more than this is set aside for it at once. */
  private static final int FIRST_PIECE = 1 << 20;

  private static final byte[] EMPTY = {};

  private final Dialect dialect;
  private final long maxBody;
  private final byte[] scratch = new byte[12];
  private final ByteBuffer scratchBuffer = ByteBuffer.wrap(scratch);
  private Stage stage = Stage.WORD;
  private int type;
  private int fields;
  private long left;
  private long wide;
  private int narrow;
  private byte[] head = EMPTY;
  private byte[] body = EMPTY;
  private int have;

  /**
   * Makes one for a connection.
   *
   * @param dialect v0 has no types
   * @param maxBody the longest body (with topic, and in v0 with the header of a request)
   */
  public Framer(Dialect dialect, long maxBody) {
    this.dialect = dialect;
    this.maxBody = maxBody;
  }

  /** {@return whether the bytes so far end between two frames} */
  public boolean atBoundary() {
    return stage == Stage.WORD && have == 0;
  }

  /**
   * Takes bytes.
   *
   * @param in read to its end, unless the handler stops
   * @param handler gets each frame that is complete
   * @return false if the handler stopped
   * @throws ProtocolException if a length or type is not allowed, or from the handler
   */
  public boolean feed(ByteBuffer in, Handler handler) throws ProtocolException {
    while (advance(in)) {
      if (stage == Stage.WORD) {
        byte[] topic = head;
        byte[] content = body;
        head = EMPTY;
        body = EMPTY;
        if (type >= 0 && !handler.frame(type, wide, narrow, topic, content)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Takes one stage further; false if bytes are missing. At Stage.WORD a frame is complete. */
  private boolean advance(ByteBuffer in) throws ProtocolException {
    switch (stage) {
      case WORD -> {
        if (!collect(in, FrameType.WORD)) {
          return false;
        }
        begin(scratchOr(in, FrameType.WORD).getLong());
      }
      case FIELDS -> {
        if (!collect(in, fields)) {
          return false;
        }
        readFields(scratchOr(in, fields));
      }
      case HEAD -> {
        if (!fill(in, head, head.length)) {
          return false;
        }
        beginBody();
      }
      case BODY -> {
        if (!fillBody(in)) {
          return false;
        }
        stage = Stage.WORD;
        have = 0;
      }
      case SKIP -> {
        int step = (int) Math.min(left, in.remaining());
        in.position(in.position() + step);
        left -= step;
        if (left > 0) {
          return false;
        }
        type = -1;
        stage = Stage.WORD;
      }
    }
    return true;
  }

  /** Makes sure that so many bytes are together, in the input or in the scratch. */
  private boolean collect(ByteBuffer in, int count) {
    if (have == 0 && in.remaining() >= count) {
      return true;
    }
    return fill(in, scratch, count);
  }

  private ByteBuffer scratchOr(ByteBuffer in, int count) {
    if (have == 0) {
      return in;
    }
    have = 0;
    return scratchBuffer.position(0).limit(count);
  }

  private boolean fill(ByteBuffer in, byte[] target, int count) {
    int step = Math.min(count - have, in.remaining());
    in.get(target, have, step);
    have += step;
    return have == count;
  }

  private void begin(long word) throws ProtocolException {
    if (dialect == Dialect.V0) {
      type = FrameType.DATA;
      left = word;
      fields = 0;
    } else {
      type = (int) (word >>> 56);
      left = word & FrameType.LENGTH_MASK;
      fields = FrameType.fieldBytes(type);
    }
    long limit = limit();
    if (left < 0 || left > limit) {
      throw new ProtocolException(
          DisconnectReason.TOO_LARGE,
          "it announced " + Long.toUnsignedString(left) + " bytes where " + limit + " are allowed");
    }
    if (!FrameType.isKnown(type)) {
      if (!FrameType.isOptional(type)) {
        throw ProtocolException.malformed("it sent a " + FrameType.name(type));
      }
      stage = Stage.SKIP;
      return;
    }
    if (left < fields) {
      throw ProtocolException.malformed(
          "its " + FrameType.name(type) + " has only " + left + " bytes");
    }
    left -= fields;
    if (fields == 0) {
      beginBody();
    } else {
      stage = Stage.FIELDS;
    }
  }

  private long limit() {
    if (!FrameType.isMessage(type)) {
      return FrameType.MAX_CONTROL;
    }
    return maxBody + fields + (type == FrameType.PUBLISH ? FrameType.MAX_CONTROL : 0);
  }

  private void readFields(ByteBuffer from) throws ProtocolException {
    if (fields >= 8) {
      wide = from.getLong();
    }
    if (fields != 8) {
      narrow = from.getInt();
    }
    if (type != FrameType.PUBLISH) {
      beginBody();
      return;
    }
    if (narrow < 0 || narrow > left || narrow > FrameType.MAX_CONTROL) {
      throw ProtocolException.malformed("it sent a topic of " + narrow + " bytes");
    }
    left -= narrow;
    if (left > maxBody) {
      throw new ProtocolException(
          DisconnectReason.TOO_LARGE,
          "it announced " + left + " bytes where " + maxBody + " are allowed");
    }
    head = narrow == 0 ? EMPTY : new byte[narrow];
    stage = Stage.HEAD;
  }

  private void beginBody() {
    have = 0;
    body = left == 0 ? EMPTY : new byte[(int) Math.min(left, FIRST_PIECE)];
    stage = Stage.BODY;
  }

  private boolean fillBody(ByteBuffer in) {
    while (!fill(in, body, body.length) || have < left) {
      if (have < body.length) {
        return false;
      }
      body = Arrays.copyOf(body, (int) Math.min(left, 4L * body.length));
    }
    return true;
  }
}
