package dev.trefoil.raw.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Frames encoded one behind the other into chunks as they are queued, so that a burst of small ones
 * allocates nothing and leaves in a few large writes. A large body is not copied: its array stands
 * between two chunks.
 *
 * <p>The word of each frame lies in one chunk, and tells {@link #written} where the next begins.
 */
public final class StreamQueue extends FrameQueue {
  /** A body longer than this is queued as it is. */
  public static final int COPY_LIMIT = 8 * 1024;

  private static final int FIRST_CHUNK = 512;
  private static final int FEW_PIECES = 4;
  private static final int LARGEST_CHUNK = 64 * 1024;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** Pieces in order, from index first on, around the end: array, where it starts and ends. */
  private byte[] @Nullable [] pieces = new byte[FEW_PIECES][];

  private int[] from = new int[FEW_PIECES];
  private int[] to = new int[FEW_PIECES];
  private boolean[] ours = new boolean[FEW_PIECES];
  private int first;
  private int count;

  /** The chunk at the end while it is written into, or an array without room. */
  private byte[] tail = Frames.EMPTY;

  private int tailTo;
  private int tailIndex;

  private byte[] @Nullable [] spares = new byte[2][];
  private int spareCount;
  private int nextChunk = FIRST_CHUNK;

  private int messages;
  private long bytes;

  /** What is left of the frame at the front, of which a part was written; 0 between frames. */
  private long headLeft;

  private boolean headIsMessage;

  /** Makes an empty one. */
  public StreamQueue() {}

  @Override
  public int messages() {
    return messages;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void add(int type, long wide, int narrow, byte[] head, byte[] body) {
    int fields = type == FrameType.DATA ? 0 : FrameType.fieldBytes(type);
    boolean copy = body.length <= COPY_LIMIT;
    int fixed = FrameType.WORD + fields + head.length;
    int room = copy ? fixed + body.length : fixed;
    if (tail.length - tailTo < room) {
      openTail(room);
    }
    byte[] chunk = tail;
    int at = tailTo;
    LONG.set(chunk, at, FrameType.word(type, (long) fields + head.length + body.length));
    at += FrameType.WORD;
    if (fields >= 8) {
      LONG.set(chunk, at, wide);
      at += 8;
    }
    if (fields == 4 || fields == 12) {
      INT.set(chunk, at, narrow);
      at += 4;
    }
    if (head.length > 0) {
      System.arraycopy(head, 0, chunk, at, head.length);
      at += head.length;
    }
    if (copy) {
      System.arraycopy(body, 0, chunk, at, body.length);
      at += body.length;
    }
    tailTo = at;
    if (!copy) {
      closeTail();
      append(body, body.length, false);
    }
    bytes += fixed + body.length;
    if (type == FrameType.DATA || FrameType.isMessage(type)) {
      messages++;
    }
  }

  /** Makes sure that there is so much room in the chunk at the end. */
  private void openTail(int room) {
    closeTail();
    tailIndex = lastWithRoom(room);
    tail = piece(tailIndex);
    tailTo = to[tailIndex];
  }

  /** Notes where the last piece ends, before it is looked at. */
  private void closeTail() {
    if (tail != Frames.EMPTY) {
      to[tailIndex] = tailTo;
      tail = Frames.EMPTY;
      tailTo = 0;
    }
  }

  @Override
  public void addBytes(byte[] raw) {
    if (bytes != 0) {
      throw new IllegalStateException("a hello comes first");
    }
    openTail(raw.length);
    System.arraycopy(raw, 0, tail, tailTo, raw.length);
    tailTo += raw.length;
    bytes += raw.length;
    headLeft = raw.length;
    headIsMessage = false;
  }

  @Override
  public void fill(ByteBuffer target) {
    closeTail();
    for (int i = 0; i < count && target.hasRemaining(); i++) {
      int at = (first + i) & (pieces.length - 1);
      target.put(piece(at), from[at], Math.min(to[at] - from[at], target.remaining()));
    }
  }

  @Override
  public void claim(int count) {
    // What is in this queue never changes.
  }

  @Override
  public void written(int written) {
    closeTail();
    if (written == bytes) {
      allWritten();
      return;
    }
    bytes -= written;
    int rest = written;
    while (rest > 0) {
      if (headLeft == 0) {
        long word = (long) LONG.get(piece(first), from[first]);
        headLeft = FrameType.WORD + (word & FrameType.LENGTH_MASK);
        headIsMessage = FrameType.isMessage((int) (word >>> 56));
      }
      int step = (int) Math.min(rest, headLeft);
      consume(step);
      rest -= step;
      headLeft -= step;
      if (headLeft == 0 && headIsMessage) {
        messages--;
      }
    }
  }

  /** Mostly so: then nobody needs to look where which frame ends. */
  private void allWritten() {
    while (count > 1 || (count == 1 && !ours[first])) {
      finishPiece();
    }
    if (count == 1) {
      from[first] = 0;
      to[first] = 0;
    }
    bytes = 0;
    messages = 0;
    headLeft = 0;
  }

  @Override
  public void trim() {
    closeTail();
    nextChunk = FIRST_CHUNK;
    if (isSmall()) {
      return;
    }
    spareCount = 0;
    spares = new byte[2][];
    if (bytes == 0) {
      count = 0;
      first = 0;
      pieces = new byte[FEW_PIECES][];
      from = new int[FEW_PIECES];
      to = new int[FEW_PIECES];
      ours = new boolean[FEW_PIECES];
    }
  }

  /** So small that letting go of it, to make it anew for the next heartbeat, costs more. */
  private boolean isSmall() {
    return bytes == 0
        && spareCount == 0
        && pieces.length == FEW_PIECES
        && (count == 0 || (count == 1 && piece(first).length <= FIRST_CHUNK));
  }

  private byte[] piece(int at) {
    byte[] piece = pieces[at];
    if (piece == null) {
      throw new IllegalStateException("no piece at " + at);
    }
    return piece;
  }

  private void consume(int bytesTaken) {
    int rest = bytesTaken;
    while (rest > 0) {
      int step = Math.min(rest, to[first] - from[first]);
      from[first] += step;
      rest -= step;
      if (from[first] == to[first]) {
        finishPiece();
      }
    }
  }

  /** The first piece is written: the only chunk is used again, others go to the spares. */
  private void finishPiece() {
    if (count == 1 && ours[first]) {
      from[first] = 0;
      to[first] = 0;
      return;
    }
    byte[] piece = piece(first);
    pieces[first] = null;
    if (ours[first] && piece.length == LARGEST_CHUNK) {
      if (spareCount == spares.length) {
        spares = Arrays.copyOf(spares, spareCount * 2);
      }
      spares[spareCount++] = piece;
    }
    first = (first + 1) & (pieces.length - 1);
    count--;
  }

  /** {@return the index of a chunk at the end that has so much room} */
  private int lastWithRoom(int room) {
    if (count > 0) {
      int last = (first + count - 1) & (pieces.length - 1);
      if (ours[last] && piece(last).length - to[last] >= room) {
        return last;
      }
      if (bytes == 0) {
        pieces[last] = null;
        count = 0;
      }
    }
    return append(chunk(room), 0, true);
  }

  private byte[] chunk(int room) {
    if (room <= LARGEST_CHUNK && spareCount > 0) {
      byte[] spare = spares[--spareCount];
      spares[spareCount] = null;
      if (spare != null) {
        return spare;
      }
    }
    while (nextChunk < room && nextChunk < LARGEST_CHUNK) {
      nextChunk *= 2;
    }
    int size = Math.max(room, nextChunk);
    nextChunk = Math.min(LARGEST_CHUNK, nextChunk * 4);
    return new byte[size];
  }

  private int append(byte[] piece, int end, boolean isOurs) {
    if (count == pieces.length) {
      grow();
    }
    int at = (first + count) & (pieces.length - 1);
    pieces[at] = piece;
    from[at] = 0;
    to[at] = end;
    ours[at] = isOurs;
    count++;
    return at;
  }

  private void grow() {
    int size = pieces.length;
    byte[] @Nullable [] morePieces = new byte[size * 2][];
    int[] moreFrom = new int[size * 2];
    int[] moreTo = new int[size * 2];
    boolean[] moreOurs = new boolean[size * 2];
    for (int i = 0; i < size; i++) {
      int at = (first + i) & (size - 1);
      morePieces[i] = pieces[at];
      moreFrom[i] = from[at];
      moreTo[i] = to[at];
      moreOurs[i] = ours[at];
    }
    pieces = morePieces;
    from = moreFrom;
    to = moreTo;
    ours = moreOurs;
    first = 0;
  }
}
