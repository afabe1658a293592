package dev.trefoil.raw.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts a connection's requests that have no answer yet, to tell whether something will come that
 * a message could leave together with, and the peer has something to do until then. One that never
 * gets an answer counts for good; then that is told by the clock again, as for other messages. An
 * answer that comes when nothing is under way counts for nothing.
 *
 * <p>{@link #begin} has one caller at a time, and so has {@link #end}: on the loop the one, under
 * the outlet's lock the other.
 */
final class InFlight {
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong ended = new AtomicLong();

  void begin() {
    begun.lazySet(begun.getPlain() + 1);
  }

  void end() {
    long next = ended.getPlain() + 1;
    if (next - begun.get() <= 0) {
      ended.lazySet(next);
    }
  }

  /** {@return how many there are; may be wrong for a moment} */
  int count() {
    return (int) (begun.get() - ended.get());
  }
}
