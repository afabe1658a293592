package dev.trefoil.zmq;

import java.util.Arrays;
import zmq.Msg;

/**
 * Makes messages of the frames that come in. Bounded: a message of too many frames or bytes is
 * passed over as it comes, not collected. The connection's loop only.
 */
final class Assembler {
  /** What a frame made of the message. */
  enum Result {
    /** More frames follow. */
    PART,
    /** The message is whole: {@link #frames} and {@link #count} tell it. */
    WHOLE,
    /** The message ended, and had more frames or bytes than a message may. */
    PASSED_OVER,
    /** The frame alone is over the limit. */
    TOO_LARGE
  }

  private static final int MOST_FRAMES = 64;
  private static final int ENVELOPE_BYTES = 64 * 1024;

  private final int maxFrameBytes;
  private byte[][] frames = new byte[4][];
  private int count;
  private long bytes;
  private boolean passing;

  Assembler(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  Result add(Msg frame) {
    int size = frame.size();
    if (size > maxFrameBytes) {
      return Result.TOO_LARGE;
    }
    bytes += size;
    if (count == MOST_FRAMES || bytes > (long) maxFrameBytes + ENVELOPE_BYTES) {
      passing = true;
      clear();
    }
    if (!passing) {
      if (count == frames.length) {
        frames = Arrays.copyOf(frames, count * 2);
      }
      frames[count++] = frame.data();
    }
    if (frame.hasMore()) {
      return Result.PART;
    }
    boolean passed = passing;
    passing = false;
    bytes = 0;
    return passed ? Result.PASSED_OVER : Result.WHOLE;
  }

  /** {@return the message's frames; only the first {@link #count} mean something} */
  byte[][] frames() {
    return frames;
  }

  int count() {
    return count;
  }

  /** Forgets the message. */
  void clear() {
    Arrays.fill(frames, 0, count, null);
    count = 0;
  }
}
