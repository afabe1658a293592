package dev.trefoil.raw.wire;

import dev.trefoil.DisconnectReason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes, cut anywhere, into frames. Each length is checked before anything is allocated for
 * it; each body is copied once, from the read buffer straight into an array of its own. The rest of
 * a body that is larger than the read buffer can be read into its array without passing that
 * buffer: {@link #room}.
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

    /** {@return how many messages of a type it takes at once} 1 for all but DATA and PUSH. */
    default int batchLimit(int type) {
      return 1;
    }

    /**
     * Several messages of a type are complete, those of a push with attempts from 1; only if its
     * {@link #batchLimit} is more than 1.
     *
     * @return as for one
     */
    default boolean messages(int type, Batch batch) {
      throw new IllegalStateException("the limit of a batch is 1");
    }
  }

  private enum Stage {
    WORD,
    FIELDS,
    HEAD,
    BODY,
    SKIP
  }

  /**
   * So much, or {@link #GROWTH} times what has come, is allocated for a body in any case. What goes
   * beyond is taken from the {@link AheadBudget}, and the array made once; or, where that is used
   * up, it grows so as its bytes come.
   */
  private static final int FIRST_PIECE = 64 * 1024;

  private static final long GROWTH = 4;

  private static final byte[] EMPTY = {};

  private final Dialect dialect;
  private final Batches batches;
  private final long maxBody;
  private final AheadBudget budget;
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
  private @Nullable ByteBuffer room;
  private long ahead;

  /**
   * Makes one with a budget of its own.
   *
   * @param dialect v0 has no types
   * @param maxBody the longest body (with topic, and in v0 with the header of a request)
   */
  public Framer(Dialect dialect, long maxBody) {
    this(dialect, maxBody, AheadBudget.ofHeap());
  }

  /**
   * Makes one for a connection.
   *
   * @param dialect v0 has no types
   * @param maxBody the longest body (with topic, and in v0 with the header of a request)
   * @param budget bounds what all connections allocate ahead
   */
  public Framer(Dialect dialect, long maxBody, AheadBudget budget) {
    this.dialect = dialect;
    this.maxBody = maxBody;
    this.batches = new Batches(dialect, maxBody);
    this.budget = budget;
  }

  /** {@return whether the bytes so far end between two frames} */
  public boolean atBoundary() {
    return stage == Stage.WORD && have == 0;
  }

  /**
   * Where the next bytes of the stream belong, if that is within the array of a large body: whoever
   * reads them into it, from its position on, hands on what is behind them, if only an empty
   * buffer, to {@link #feed}.
   *
   * @param least less room than this is not worth it
   * @return the room, or null: feed all bytes
   */
  public @Nullable ByteBuffer room(int least) {
    settle();
    if (stage == Stage.BODY && body.length - have >= least) {
      room = ByteBuffer.wrap(body, have, body.length - have);
    }
    return room;
  }

  /** Counts what was read into the room. */
  private void settle() {
    ByteBuffer filled = room;
    if (filled != null) {
      have = filled.position();
      room = null;
    }
  }

  /** Lets go of an unfinished body, and of what it took of the budget. Nothing is fed after it. */
  public void release() {
    budget.give(ahead);
    ahead = 0;
    body = EMPTY;
  }

  /**
   * Takes bytes, behind those that were read into the {@link #room}.
   *
   * @param in read to its end, unless the handler stops
   * @param handler gets each frame that is complete
   * @return false if the handler stopped
   * @throws ProtocolException if a length or type is not allowed, or from the handler
   */
  public boolean feed(ByteBuffer in, Handler handler) throws ProtocolException {
    settle();
    while (true) {
      if (stage == Stage.WORD && have == 0 && !(batches.take(in, handler) && whole(in, handler))) {
        return false;
      }
      if (!advance(in)) {
        return true;
      }
      if (stage == Stage.WORD) {
        byte[] topic = head;
        byte[] content = body;
        letGo();
        if (type >= 0 && !handler.frame(type, wide, narrow, topic, content)) {
          return false;
        }
      }
    }
  }

  /** A store that changes nothing is work for the collector still: quiet connections save it. */
  private void letGo() {
    if (head != EMPTY) {
      head = EMPTY;
    }
    if (body != EMPTY) {
      body = EMPTY;
    }
  }

  /**
   * The short way for what a stream is made of: messages without a topic that are in the input from
   * end to end. Stops before anything else, which then goes stage by stage.
   *
   * @return false if the handler stopped
   */
  private boolean whole(ByteBuffer in, Handler handler) throws ProtocolException {
    boolean v1 = dialect == Dialect.V1;
    int at = in.position();
    int end = in.limit();
    while (end - at >= FrameType.WORD) {
      long word = in.getLong(at);
      int kind = v1 ? (int) (word >>> 56) : FrameType.DATA;
      long length = v1 ? word & FrameType.LENGTH_MASK : word;
      if (!FrameType.isPlainMessage(kind)
          || length < 0
          || length > end - at - FrameType.WORD
          || length > maxBody) {
        break;
      }
      int size = (int) length - FrameType.fieldBytes(kind);
      if (size < 0) {
        break;
      }
      at = takeFields(in, at + FrameType.WORD, kind);
      byte[] content = size == 0 ? EMPTY : new byte[size];
      in.position(at);
      in.get(content);
      at += size;
      if (!handler.frame(kind, wide, narrow, EMPTY, content)) {
        return false;
      }
    }
    return true;
  }

  private int takeFields(ByteBuffer in, int at, int kind) {
    switch (kind) {
      case FrameType.REQUEST -> {
        wide = in.getLong(at);
        return at + 8;
      }
      case FrameType.REPLY -> {
        narrow = in.getInt(at);
        return at + 4;
      }
      case FrameType.PUSH -> {
        wide = in.getLong(at);
        narrow = in.getInt(at + 8);
        return at + 12;
      }
      default -> {
        return at;
      }
    }
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
    stage = Stage.BODY;
  }

  private boolean fillBody(ByteBuffer in) throws ProtocolException {
    while (have < left) {
      if (have == body.length) {
        if (!in.hasRemaining()) {
          return false;
        }
        body = larger(sizeFor(in.remaining()));
      }
      if (!fill(in, body, body.length)) {
        return false;
      }
    }
    if (ahead > 0) {
      budget.give(ahead);
      ahead = 0;
    }
    return true;
  }

  /** {@return how large the body's array may be, with so many more bytes at hand} */
  private int sizeFor(int more) {
    long earned = Math.max(FIRST_PIECE, GROWTH * (have + more));
    if (left > earned && budget.take(left)) {
      ahead = left; // noted before the array is made, which can fail
      return (int) left;
    }
    return (int) Math.min(left, earned);
  }

  private byte[] larger(int size) throws ProtocolException {
    try {
      return have == 0 ? new byte[size] : Arrays.copyOf(body, size);
    } catch (OutOfMemoryError e) {
      // What is behind it could not be understood: this connection ends, and no other.
      throw new ProtocolException(
          DisconnectReason.IO_ERROR, "no memory is left for its message of " + left + " bytes");
    }
  }
}
