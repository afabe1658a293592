package dev.trefoil.internal;

import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.Timekeeper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A target of pushes. For at-least-once it also knows which message has which sequence number, and
 * how many the puller may hold: all of that is guarded by the lock of {@link Redelivery}.
 *
 * <p>Most messages are sent once, acknowledged and forgotten. Until something else happens to one,
 * it is no object here: its body and its number stand in rings.
 */
final class PushLane {
  /** While fewer are held each gets its time at once; the others get theirs together. */
  private static final int STAMP_TOGETHER = 16;

  final PushPort.Target target;
  final SlotMetrics metrics;

  /** The puller's limit; 0 until it tells. */
  int credit;

  /** How many messages the puller holds. */
  int held;

  /** Nothing is sent there any more. */
  boolean gone;

  private final Timekeeper time;

  // By sequence number: a body or a Kept, the message's number, and when it was sent.
  private @Nullable Object[] ring = new @Nullable Object[16];
  private long[] numbers = new long[16];
  private long[] sentNanos = new long[16];
  private long first = 1; // the sequence number of the oldest in the ring
  private long next = 1; // the sequence number of the next message
  private long unstamped = 1; // the first one whose time is not noted

  /** Unsettled for so long that the ring went on without them; the credit bounds their number. */
  private final TreeMap<Long, Kept> stragglers = new TreeMap<>();

  /** Gets what is acknowledged. */
  interface Settler {
    /** A message to which nothing had happened but that it was sent. */
    void settle(long number);

    void settle(Kept kept);
  }

  PushLane(PushPort.Target target, SlotMetrics metrics, Timekeeper time) {
    this.target = target;
    this.metrics = metrics;
    this.time = time;
  }

  boolean hasCredit() {
    return held < credit && !gone;
  }

  /** Notes that a message was sent for the first time, whose end nobody waits for. */
  void note(long number, byte[] body) {
    append(number, body);
  }

  /** Notes that a message was sent. */
  void note(Kept kept) {
    kept.lane = this;
    kept.sequence = next;
    append(kept.number, kept);
  }

  private void append(long number, Object what) {
    if (next - first == ring.length) {
      stamp();
      makeRoom();
    }
    int at = at(next);
    ring[at] = what;
    numbers[at] = number;
    held++;
    next++;
    if (held <= STAMP_TOGETHER || next - unstamped >= STAMP_TOGETHER) {
      stamp();
    }
  }

  /**
   * Notes the time for those sent since it was noted last. That is later than they were sent, never
   * earlier, so that none is taken for overdue too soon; a look at the clock for each would cost
   * more than the rest of it.
   */
  void stamp() {
    long now = time.nanoTime();
    for (long sequence = Math.max(unstamped, first); sequence < next; sequence++) {
      sentNanos[at(sequence)] = now;
    }
    unstamped = next;
  }

  /** The message of a sequence number, taken out; null if it was, or never had one. */
  @Nullable Kept take(long sequence) {
    Kept kept = null;
    if (sequence < first) {
      kept = stragglers.remove(sequence);
    } else if (sequence < next) {
      kept = look(sequence);
      ring[at(sequence)] = null;
      skipSettled();
    }
    held -= kept == null ? 0 : 1;
    return kept;
  }

  /** Takes out what has a number from one to another, oldest first, however wide that range is. */
  void take(long from, long to, Settler settler) {
    if (!stragglers.isEmpty() && from <= to) {
      for (long sequence : List.copyOf(stragglers.subMap(from, true, to, true).keySet())) {
        Kept kept = take(sequence);
        if (kept != null) {
          settler.settle(kept);
        }
      }
    }
    long end = Math.min(to, next - 1);
    for (long sequence = Math.max(from, first); sequence <= end; sequence++) {
      int at = at(sequence);
      Object what = ring[at];
      if (what == null) {
        continue;
      }
      ring[at] = null;
      held--;
      if (what instanceof Kept kept) {
        settler.settle(kept);
      } else {
        settler.settle(numbers[at]);
      }
    }
    skipSettled();
  }

  /** Takes out all that is unsettled, oldest first. */
  void takeAll(ObjLongConsumer<Kept> each) {
    List<Long> sequences = List.copyOf(stragglers.keySet());
    sequences.forEach(sequence -> takeOne(sequence, each));
    long end = next;
    for (long sequence = first; sequence < end; sequence++) {
      takeOne(sequence, each);
    }
  }

  private void takeOne(long sequence, ObjLongConsumer<Kept> each) {
    Kept kept = take(sequence);
    if (kept != null) {
      each.accept(kept, sequence);
    }
  }

  /** Shows what was sent so long ago and is open, oldest first, and leaves it where it is. */
  void forEachOlder(long now, long age, ObjLongConsumer<Kept> each) {
    for (Map.Entry<Long, Kept> straggler : stragglers.entrySet()) {
      Kept kept = straggler.getValue();
      if (kept.isOpen(this, straggler.getKey()) && now - kept.sentNanos >= age) {
        each.accept(kept, straggler.getKey());
      }
    }
    stamp();
    for (long sequence = first; sequence < next; sequence++) {
      Object what = ring[at(sequence)];
      if (what == null || (what instanceof Kept kept && !kept.isOpen(this, sequence))) {
        continue;
      }
      if (now - sentNanos[at(sequence)] < age) {
        return; // sent in order: the ones behind it are younger
      }
      Kept kept = look(sequence);
      if (kept != null) {
        each.accept(kept, sequence);
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

  /** The message at a place in the ring, as an object of its own from now on. */
  private @Nullable Kept look(long sequence) {
    int at = at(sequence);
    Object what = ring[at];
    if (what instanceof byte[] body) {
      Kept kept = new Kept(numbers[at], body, null);
      kept.attempts = 1;
      kept.lane = this;
      kept.sequence = sequence;
      ring[at] = kept;
      return kept;
    }
    return (Kept) what;
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
      Kept kept = look(first);
      if (kept != null) {
        if (kept.isOpen(this, first)) {
          kept.sentNanos = sentNanos[at(first)];
        }
        stragglers.put(first, kept);
        ring[at(first)] = null;
      }
    }
    skipSettled();
  }

  private void grow() {
    int length = ring.length * 2;
    @Nullable Object[] moreRing = new @Nullable Object[length];
    long[] moreNumbers = new long[length];
    long[] moreNanos = new long[length];
    for (long sequence = first; sequence < next; sequence++) {
      int to = (int) (sequence & (length - 1));
      moreRing[to] = ring[at(sequence)];
      moreNumbers[to] = numbers[at(sequence)];
      moreNanos[to] = sentNanos[at(sequence)];
    }
    ring = moreRing;
    numbers = moreNumbers;
    sentNanos = moreNanos;
  }
}
