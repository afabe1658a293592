package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Figures;

/**
 * One side of a trial. The first side listens, the second one connects to it; one of them is active
 * (it asks, pushes or publishes), the other one answers or receives.
 *
 * <p>The child's main thread calls all of it, in the order below.
 */
interface Side {
  /** The first side listens, and says where. */
  default String open() throws Exception {
    throw new UnsupportedOperationException("this side connects");
  }

  /** The second side connects. */
  default void join(String address) throws Exception {
    throw new UnsupportedOperationException("this side listens");
  }

  /** Waits until all peers and subscriptions are there. */
  default void awaitPeers() throws Exception {}

  /** Sending begins. */
  default void start() throws Exception {}

  /** Sending ends, since the gauge is over; how many messages were sent. */
  default long stop() throws Exception {
    return 0;
  }

  /** What is under way arrives. */
  default void finish(long sent) throws Exception {}

  /** Adds what the gauge does not know. */
  default void report(Figures figures) {}

  /** Ends all that was opened, also when a step before has failed. */
  void close() throws Exception;
}
