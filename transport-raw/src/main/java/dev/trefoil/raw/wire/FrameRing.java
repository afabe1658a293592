package dev.trefoil.raw.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Frames that are encoded already and shared between the queues of several subscribers. Messages
 * can be dropped at either end; what was dropped is told to the peer, where it understands that, by
 * a {@link FrameType#GAP} just before the next message.
 *
 * <p>Frames that a writer has begun to copy are never dropped.
 */
public final class FrameRing extends FrameQueue {
  private static final int FIRST_CAPACITY = 16;
  private static final byte CONTROL = 0;
  private static final byte MESSAGE = 1;
  private static final byte GAP = 2;

  private final boolean tellsGaps;
  private byte[] @Nullable [] frames = new byte[FIRST_CAPACITY][];
  private byte[] kinds = new byte[FIRST_CAPACITY];
  private int first;
  private int count;
  private int messages;
  private long bytes;

  /** Bytes of the first frame that are written. */
  private int offset;

  /** Frames at the front that a writer has copied, in part or whole. */
  private int claimed;

  /** Messages dropped at the end and not told yet. */
  private long endGap;

  /**
   * Makes an empty one.
   *
   * @param tellsGaps whether the peer understands GAP
   */
  public FrameRing(boolean tellsGaps) {
    this.tellsGaps = tellsGaps;
  }

  @Override
  public int messages() {
    return messages;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /**
   * Appends a message.
   *
   * @param frame the whole frame, shared: nobody changes it
   */
  public void publish(byte[] frame) {
    if (endGap > 0) {
      append(gap(endGap), GAP);
      endGap = 0;
    }
    append(frame, MESSAGE);
  }

  /** Counts a message that was not taken, because there was no room for it. */
  public void missed() {
    if (tellsGaps) {
      endGap++;
    }
  }

  /**
   * Forgets the oldest message that no writer has begun.
   *
   * @return false if there is none
   */
  public boolean dropOldest() {
    int untouched = Math.max(claimed, offset > 0 ? 1 : 0);
    int at = untouched;
    while (at < count && kinds[index(at)] != MESSAGE) {
      at++;
    }
    if (at == count) {
      return false;
    }
    bytes -= frame(at).length;
    messages--;
    if (!tellsGaps) {
      remove(at);
    } else if (at > untouched && kinds[index(at - 1)] == GAP) {
      ByteBuffer gap = ByteBuffer.wrap(frame(at - 1));
      gap.putLong(FrameType.WORD, gap.getLong(FrameType.WORD) + 1);
      remove(at);
    } else {
      byte[] gap = gap(1);
      frames[index(at)] = gap;
      kinds[index(at)] = GAP;
      bytes += gap.length;
    }
    return true;
  }

  private void remove(int at) {
    for (int i = at; i > 0; i--) {
      frames[index(i)] = frames[index(i - 1)];
      kinds[index(i)] = kinds[index(i - 1)];
    }
    frames[first] = null;
    first = index(1);
    count--;
  }

  @Override
  public void add(int type, long wide, int narrow, byte[] head, byte[] body) {
    append(Frames.encode(type, wide, narrow, head, body), CONTROL);
  }

  @Override
  public void addBytes(byte[] raw) {
    append(raw, CONTROL);
  }

  @Override
  public void fill(ByteBuffer to) {
    claimed = 0;
    int skip = offset;
    while (claimed < count && to.hasRemaining()) {
      byte[] frame = frame(claimed);
      to.put(frame, skip, Math.min(frame.length - skip, to.remaining()));
      skip = 0;
      claimed++;
    }
  }

  @Override
  public void written(int written) {
    claimed = 0;
    bytes -= written;
    int rest = written;
    while (rest > 0) {
      int left = frame(0).length - offset;
      if (rest < left) {
        offset += rest;
        return;
      }
      rest -= left;
      offset = 0;
      removeFirst();
    }
  }

  @Override
  public void claim(int bytesHeld) {
    claimed = 0;
    for (int covered = -offset; claimed < count && covered < bytesHeld; claimed++) {
      covered += frame(claimed).length;
    }
  }

  @Override
  public void trim() {
    if (count == 0 && frames.length > FIRST_CAPACITY) {
      frames = new byte[FIRST_CAPACITY][];
      kinds = new byte[FIRST_CAPACITY];
      first = 0;
    }
  }

  private static byte[] gap(long messagesMissed) {
    return Frames.encode(FrameType.GAP, 0, 0, Frames.EMPTY, Frames.number(messagesMissed));
  }

  private void removeFirst() {
    if (kinds[first] == MESSAGE) {
      messages--;
    }
    frames[first] = null;
    first = index(1);
    count--;
  }

  private int index(int at) {
    return (first + at) & (frames.length - 1);
  }

  private byte[] frame(int at) {
    byte[] frame = frames[index(at)];
    if (frame == null) {
      throw new IllegalStateException("no frame at " + at);
    }
    return frame;
  }

  private void append(byte[] frame, byte kind) {
    if (count == frames.length) {
      grow();
    }
    frames[index(count)] = frame;
    kinds[index(count)] = kind;
    count++;
    bytes += frame.length;
    if (kind == MESSAGE) {
      messages++;
    }
  }

  private void grow() {
    byte[] @Nullable [] moreFrames = new byte[frames.length * 2][];
    byte[] moreKinds = new byte[frames.length * 2];
    for (int i = 0; i < count; i++) {
      moreFrames[i] = frames[index(i)];
      moreKinds[i] = kinds[index(i)];
    }
    frames = moreFrames;
    kinds = moreKinds;
    first = 0;
  }
}
