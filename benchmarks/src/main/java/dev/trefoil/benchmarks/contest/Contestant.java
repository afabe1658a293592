package dev.trefoil.benchmarks.contest;

import java.io.IOException;

/**
 * A way to carry messages between two processes, to be measured. Found by name in {@link
 * Contestants}.
 */
interface Contestant {
  /**
   * Opens the listening side on a free port of the loopback interface.
   *
   * @return not yet running
   */
  Side server(Work work) throws Exception;

  /**
   * Opens the connecting side; its connections are there when this returns.
   *
   * @param address as the server's {@link Side#address} told it
   * @return not yet running
   */
  Side client(Work work, String address) throws Exception;

  /** One side. Opened, run and closed by the main thread of its process. */
  interface Side extends AutoCloseable {
    /** Where to connect to: one word. Only the server's is asked for. */
    default String address() {
      return "-";
    }

    /** Waits for what only this side can see, such as subscriptions; both sides are open now. */
    default void prepare() throws Exception {}

    /**
     * Sends, answers or receives, counting in the gauge, until the gauge says stop. Must go on
     * after the other side is gone.
     */
    void run(Gauge gauge) throws Exception;

    @Override
    void close() throws IOException;
  }
}
