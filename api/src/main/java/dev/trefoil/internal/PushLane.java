package dev.trefoil.internal;

import dev.trefoil.internal.Redelivery.Kept;
import dev.trefoil.spi.PushPort;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A target of pushes. For at-least-once it also knows which message has which sequence number, and
 * how many the puller may hold: all of that is guarded by the role's lock.
 */
final class PushLane {
  final PushPort.Target target;
  final SlotMetrics metrics;

  /** The puller's limit; 0 until it tells. */
  int credit;

  /** How many messages the puller holds. */
  int held;

  private @Nullable Kept[] ring = new @Nullable Kept[16];
  private long first = 1; // the sequence number of the oldest in the ring
  private long next = 1; // the sequence number of the next message

  PushLane(PushPort.Target target, SlotMetrics metrics) {
    this.target = target;
    this.metrics = metrics;
  }

  boolean hasCredit() {
    return held < credit;
  }

  /** Notes that a message was sent; returns its sequence number. */
  long note(Kept kept) {
    if (next - first == ring.length) {
      grow();
    }
    ring[(int) (next & (ring.length - 1))] = kept;
    kept.sequence = next;
    held++;
    return next++;
  }

  /** The message of a sequence number, taken out; null if it was, or never had one. */
  @Nullable Kept take(long sequence) {
    if (sequence < first || sequence >= next) {
      return null;
    }
    int at = (int) (sequence & (ring.length - 1));
    Kept kept = ring[at];
    if (kept == null) {
      return null;
    }
    ring[at] = null;
    held--;
    while (first < next && ring[(int) (first & (ring.length - 1))] == null) {
      first++;
    }
    return kept;
  }

  /** The message of a sequence number, left where it is. */
  @Nullable Kept peek(long sequence) {
    boolean known = sequence >= first && sequence < next;
    return known ? ring[(int) (sequence & (ring.length - 1))] : null;
  }

  /** The oldest sequence number that may be unsettled. */
  long first() {
    return first;
  }

  /** The sequence number that the next message gets. */
  long next() {
    return next;
  }

  private void grow() {
    @Nullable Kept[] more = Arrays.copyOf(ring, ring.length * 2);
    Arrays.fill(more, null);
    for (long sequence = first; sequence < next; sequence++) {
      more[(int) (sequence & (more.length - 1))] = ring[(int) (sequence & (ring.length - 1))];
    }
    ring = more;
  }
}
