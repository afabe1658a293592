package dev.trefoil.raw.engine;

/** What is attached to a selection key. */
interface Ready {
  /**
   * The channel is ready for these operations. Of a channel that is connected already, OP_CONNECT
   * says that the system has given it up ({@link LossWatch}). Called by the loop.
   */
  void ready(int operations);

  /**
   * It threw something that nobody foresaw, and would again: it is looked at no more. On the loop.
   */
  default void failed(Throwable why) {}

  /** The loop's selector failed, and another one knows nothing of the channel. On the loop. */
  void orphaned();
}
