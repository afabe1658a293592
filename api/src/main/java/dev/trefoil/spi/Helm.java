package dev.trefoil.spi;

import java.util.function.BooleanSupplier;

/**
 * The place at which the work of an I/O thread is done: one thread has it at a time. A thread that
 * waits for what the I/O thread would bring can take it meanwhile, and so read the bytes that it
 * waits for by itself, instead of being woken by somebody who read them.
 *
 * <p>A port lends it out by {@link Port#helm} or {@link RequestPort.Target#helm}. Whoever has it
 * calls listeners, as an I/O thread does; so a transport must not lend it while one of its ports
 * belongs to a role with {@code Execution.INLINE}, whose handlers run within these calls.
 */
public interface Helm {
  /**
   * Does the I/O thread's work on the calling thread, which must hold no lock that a listener
   * takes, until the wait is over, the time is up, or the thread is interrupted.
   *
   * @param until whether the wait is over; looked at often, also after {@link #wake}
   * @param nanos how long at most
   * @return false, at once, if somebody else is at it: the caller waits in another way
   */
  boolean steer(BooleanSupplier until, long nanos);

  /**
   * Somebody who steered, or wanted to, still works on what came, and will steer when that is done:
   * the I/O thread need not take over before. Any thread; said again now and then, for as long as
   * it is true.
   */
  default void comesBack() {}

  /** Has whoever steers look whether the wait is over. Any thread; one too many does no harm. */
  void wake();

  /**
   * Something is expected that nobody steers for: when nobody is at it, or whoever is leaves, the
   * I/O thread goes on at once, and does not wait for one who may come back. Any thread.
   */
  void attend();
}
