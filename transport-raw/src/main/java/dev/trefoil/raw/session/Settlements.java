package dev.trefoil.raw.session;

import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import java.nio.ByteBuffer;

/**
 * What a puller still has to tell one pusher: which messages are done, as ranges, and how many it
 * may have in hand.
 *
 * <p>Acknowledgements gather until there is a reason to tell them: a good part of the credit is
 * used up, or nothing more is in hand. The credit doubles while the user is so quick that the
 * pusher waits for him: what he did before the wire had anything new for him cost nobody a wait.
 *
 * <p>Guarded by the outlet's lock, but for {@link #received}, which is the loop's.
 */
final class Settlements {
  private static final int MAX_RANGES = 64;

  /** Of the credit; so much is told at once, so that the pusher never runs out of it meanwhile. */
  private static final int PART_TOLD = 4;

  /** Whoever is done within this time may have more in hand. */
  static final long QUICK_NANOS = 10_000_000;

  /** Whoever is not done within this time gets less again. */
  static final long SLOW_NANOS = 40_000_000;

  private final int least;
  private final int most;
  private final long[] ranges = new long[2 * MAX_RANGES];
  private int rangeEnd;
  private int untold;
  private int credit;
  private boolean creditChanged;

  /** The loop's; others may see an old value, which costs a write too many at worst. */
  private long received;

  /** Messages are being handed on: the loop tells what is done when it is through with them. */
  private boolean busy;

  private long settled;
  private long told;

  /** A message that is watched: its sequence number, or 0, when it came, and whether it is done. */
  private long watched;

  private long watchedNanos;
  private boolean watchedDone;
  private boolean creditUsed;

  /** Makes one for a credit that starts at the least and grows up to the most. */
  Settlements(int least, int most) {
    this.least = least;
    this.most = Math.max(least, most);
    this.credit = least;
  }

  /** Messages came; on the loop. {@return the sequence number of the first} */
  long received(int count) {
    busy = true;
    long first = received + 1;
    received += count;
    return first;
  }

  /** {@return whether what is done is to be told at once} */
  boolean batchEnd(long now) {
    busy = false;
    creditUsed |= received - told >= credit - credit / 8;
    if (watched != 0 && watchedDone && now - watchedNanos < QUICK_NANOS) {
      adapt(creditUsed ? 2L * credit : credit);
    } else if (watched != 0 && !watchedDone && now - watchedNanos > SLOW_NANOS) {
      adapt(credit / 2);
    }
    if (watched == 0 || watchedDone || now - watchedNanos > SLOW_NANOS) {
      watched = received;
      watchedNanos = now;
      watchedDone = settled == received;
      creditUsed = false;
    }
    return creditChanged || isIdle();
  }

  private void adapt(long wanted) {
    int next = (int) Math.max(least, Math.min(most, wanted));
    creditChanged |= next != credit;
    credit = next;
  }

  /** A message is done; {@return whether that is to be told at once}. */
  boolean done(long sequence, FrameQueue queue) {
    if (rangeEnd > 0 && ranges[rangeEnd - 1] + 1 == sequence) {
      ranges[rangeEnd - 1] = sequence;
    } else {
      if (rangeEnd == ranges.length) {
        tell(queue);
      }
      ranges[rangeEnd] = sequence;
      ranges[rangeEnd + 1] = sequence;
      rangeEnd += 2;
    }
    untold++;
    settle(sequence);
    return untold >= Math.max(1, credit / PART_TOLD) || isIdle();
  }

  /** A message will not be done, which is told by itself. */
  void refused(long sequence) {
    told++;
    settle(sequence);
  }

  private void settle(long sequence) {
    settled++;
    watchedDone |= sequence == watched;
  }

  private boolean isIdle() {
    return untold > 0 && !busy && settled == received;
  }

  /** Appends what is to be told. */
  void tell(FrameQueue queue) {
    if (creditChanged) {
      creditChanged = false;
      queue.add(
          FrameType.CREDIT,
          0,
          0,
          Frames.EMPTY,
          ByteBuffer.allocate(Integer.BYTES).putInt(credit).array());
    }
    if (rangeEnd == 0) {
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(Long.BYTES * rangeEnd);
    for (int i = 0; i < rangeEnd; i++) {
      out.putLong(ranges[i]);
    }
    rangeEnd = 0;
    told += untold;
    untold = 0;
    queue.add(FrameType.ACK, 0, 0, Frames.EMPTY, out.array());
  }
}
