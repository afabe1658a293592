package dev.trefoil;

/** What a push promises. Both sides of push-pull say the same. */
public enum Assurance {
  /** A message is sent once and not again: lost if its puller is. Works with any peer. */
  AT_MOST_ONCE,
  /**
   * A message is kept by the pusher until a puller acknowledged it, and sent to another one
   * otherwise: nothing is lost while the pusher lives, and a message may come twice.
   */
  AT_LEAST_ONCE
}
