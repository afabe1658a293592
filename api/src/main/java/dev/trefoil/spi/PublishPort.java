package dev.trefoil.spi;

/**
 * A publisher's side: one queue for each subscriber, with the overflow policy of the options. Each
 * drop is counted in {@link PortMetrics} with its reason.
 */
public interface PublishPort extends Port {
  /**
   * Queues a message for every subscriber that wants it. Never blocks, but under {@code
   * Overflow.BLOCK}, where it waits until each of them has room or the time is up.
   *
   * @param topic the topic's bytes; filtering is by prefix
   * @param body the payload
   * @param timeoutNanos how long to wait under {@code Overflow.BLOCK}
   * @return how many subscribers it was queued for
   * @throws InterruptedException if interrupted while waiting; some subscribers may have it
   */
  int publish(byte[] topic, byte[] body, long timeoutNanos) throws InterruptedException;

  /**
   * How many peers would get a message of this topic.
   *
   * @param topic the topic's bytes
   * @return subscribers whose filter matches, and peers whose filter is not known here
   */
  int subscribers(byte[] topic);

  /** Called by I/O threads. */
  interface Listener extends Port.Listener {
    /** The answer of {@link PublishPort#subscribers} may have changed for some topic. */
    void subscriptionsChanged();
  }
}
