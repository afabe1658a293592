package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;

/** What carries a session's bytes: a socket with its loop, or a simulated network. */
public interface Link {
  /**
   * Something was appended to the outlet. Called under its lock.
   *
   * @param hurry whether it is worth a write of its own when the connection is idle
   * @return true if the caller has to call {@link #flush} once it has let go of the lock
   */
  boolean queued(boolean hurry);

  /** Writes what is queued, on the caller's thread; only after {@link #queued} returned true. */
  void flush();

  /** Ends the connection soon; the session hears of it by {@link Session#ended}. Any thread. */
  void close(DisconnectReason reason, String detail);

  /** Goes on reading after the session returned false to its bytes. Any thread. */
  void resume();

  /** Runs a task on the loop soon. Any thread. */
  void execute(Runnable task);
}
