package dev.trefoil.raw.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts a connection's requests that have no answer yet, to tell a lone one from many: nothing
 * comes that it could leave together with, so it need not wait for that. One that never gets an
 * answer counts for good; then lone ones are told by the clock again, as other messages are.
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
    ended.lazySet(ended.getPlain() + 1);
  }

  /** {@return whether there is no more than one; may be wrong for a moment} */
  boolean isAlone() {
    return begun.get() - ended.get() <= 1;
  }
}
