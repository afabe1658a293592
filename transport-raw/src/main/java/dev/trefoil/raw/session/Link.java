package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.spi.Helm;
import org.jspecify.annotations.Nullable;

/** What carries a session's bytes: a socket with its loop, or a simulated network. */
public interface Link {
  /**
   * Something was appended to the outlet. Called under its lock.
   *
   * @param hurry whether it is worth a write of its own when the connection is idle
   * @return true if the caller has to call {@link #flush} once it has let go of the lock
   */
  boolean queued(boolean hurry);

  /**
   * As {@link #queued} with {@code hurry}, for what may leave with others at the end of the batch
   * that the caller is in, if it is in one ({@code SendBatch}).
   *
   * @param others how many more are under way, whose ends bring something that it could leave with;
   *     as long as they are more than what is queued, both sides have something to do
   * @return true if the caller has to call {@link #flush} once it has let go of the lock
   */
  default boolean queuedInBatch(int others) {
    return queued(true);
  }

  /**
   * The side has gathered something more that it appends when the writer is about to copy, see
   * {@link Side#beforeFill}. Called under the outlet's lock.
   *
   * @param enough whether to write now; otherwise that is done within a millisecond, or at the end
   *     of the round on the loop
   * @return true if the caller has to call {@link #flush} once it has let go of the lock
   */
  boolean gathered(boolean enough);

  /**
   * Writes what is queued, on the caller's thread; only after {@link #queued} or {@link #gathered}
   * returned true.
   */
  void flush();

  /** Ends the connection soon; the session hears of it by {@link Session#ended}. Any thread. */
  void close(DisconnectReason reason, String detail);

  /** Goes on reading after the session returned false to its bytes. Any thread. */
  void resume();

  /** Runs a task on the loop soon. Any thread. */
  void execute(Runnable task);

  /** {@return where the connection's work is done, or null if that is not lent out} */
  default @Nullable Helm helm() {
    return null;
  }
}
