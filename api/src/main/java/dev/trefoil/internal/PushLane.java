package dev.trefoil.internal;

import dev.trefoil.internal.Redelivery.Kept;
import dev.trefoil.spi.PushPort;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
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

  /** Unsettled for so long that the ring went on without them; the credit bounds their number. */
  private final TreeMap<Long, Kept> stragglers = new TreeMap<>();

  /** Looks at a message and its sequence number; false if it has seen enough. */
  interface Visitor {
    boolean visit(long sequence, Kept kept);
  }

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
      makeRoom();
    }
    ring[at(next)] = kept;
    kept.sequence = next;
    held++;
    return next++;
  }

  /** The message of a sequence number, taken out; null if it was, or never had one. */
  @Nullable Kept take(long sequence) {
    Kept kept = null;
    if (sequence < first) {
      kept = stragglers.remove(sequence);
    } else if (sequence < next) {
      kept = ring[at(sequence)];
      ring[at(sequence)] = null;
      skipSettled();
    }
    held -= kept == null ? 0 : 1;
    return kept;
  }

  /** Takes out what has a number from one to another, oldest first, however wide that range is. */
  void take(long from, long to, ObjLongConsumer<Kept> each) {
    if (!stragglers.isEmpty() && from <= to) {
      List.copyOf(stragglers.subMap(from, true, to, true).keySet())
          .forEach(sequence -> takeOne(sequence, each));
    }
    long end = Math.min(to, next - 1);
    for (long sequence = Math.max(from, first); sequence <= end; sequence++) {
      takeOne(sequence, each);
    }
  }

  private void takeOne(long sequence, ObjLongConsumer<Kept> each) {
    Kept kept = take(sequence);
    if (kept != null) {
      each.accept(kept, sequence);
    }
  }

  /** Takes out all that is unsettled, oldest first. */
  void takeAll(ObjLongConsumer<Kept> each) {
    take(0, Long.MAX_VALUE, each);
  }

  /** Shows what is unsettled, oldest first, and leaves it where it is. */
  void forEach(Visitor visitor) {
    for (Map.Entry<Long, Kept> straggler : stragglers.entrySet()) {
      if (!visitor.visit(straggler.getKey(), straggler.getValue())) {
        return;
      }
    }
    for (long sequence = first; sequence < next; sequence++) {
      Kept kept = ring[at(sequence)];
      if (kept != null && !visitor.visit(sequence, kept)) {
        return;
      }
    }
  }

  /** How many sequence numbers it has room for before it must look for more. */
  int capacity() {
    return ring.length;
  }

  private int at(long sequence) {
    return (int) (sequence & (ring.length - 1));
  }

  private void skipSettled() {
    while (first < next && ring[at(first)] == null) {
      first++;
    }
  }

  /** Grows if much is unsettled; else sets the few old ones aside, which would let it grow on. */
  private void makeRoom() {
    int unsettled = held - stragglers.size();
    if (unsettled >= ring.length / 4) {
      grow();
      return;
    }
    for (long end = first + ring.length / 2; first < end; first++) {
      Kept kept = ring[at(first)];
      if (kept != null) {
        stragglers.put(first, kept);
        ring[at(first)] = null;
      }
    }
    skipSettled();
  }

  private void grow() {
    @Nullable Kept[] more = Arrays.copyOf(ring, ring.length * 2);
    Arrays.fill(more, null);
    for (long sequence = first; sequence < next; sequence++) {
      more[(int) (sequence & (more.length - 1))] = ring[at(sequence)];
    }
    ring = more;
  }
}
