package dev.trefoil.raw.engine;

/** What is attached to a selection key. */
interface Ready {
  /** The channel is ready for these operations. Called by the loop. */
  void ready(int operations);
}
