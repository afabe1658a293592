package dev.trefoil;

import dev.trefoil.internal.PublishCore;
import java.time.Duration;

/**
 * Sends messages to every {@link Subscriber} that wants their topic.
 *
 * <p>Get one from {@link Messaging#publisher}. Any thread may call it. Each subscriber has a queue
 * of its own; what happens when it is full is the {@link Overflow} policy, and no subscriber delays
 * another. A message that nobody wants is forgotten. Close it to let its peers go.
 *
 * @param <T> the type of the values
 */
public final class Publisher<T> extends Role {
  private final PublishCore<T> core;

  Publisher(PublishCore<T> core) {
    super(core);
    this.core = core;
  }

  /**
   * Publishes. Does not wait, but under {@link Overflow#BLOCK}: up to the {@code sendTimeout}, for
   * each transport in use.
   *
   * @param topic the topic; subscribers filter by its beginning
   * @param value what to send
   * @return how many subscribers' queues took it
   * @throws MessageTooLargeException if it is over the limit
   * @throws CodecException if it cannot be encoded
   * @throws ClosedException if the role is closed
   * @throws InterruptedException if interrupted while waiting for room; the role stays usable
   */
  public int publish(String topic, T value) throws InterruptedException {
    return core.publish(topic, value);
  }

  /**
   * Waits until at least so many subscribers would get a message of a topic, so that the first ones
   * are not published to nobody.
   *
   * @param topic the topic
   * @param count how many
   * @param timeout how long to wait
   * @return false if the time was up first
   * @throws InterruptedException if interrupted; the role stays usable
   * @throws ClosedException if the role is closed
   */
  public boolean awaitSubscribers(String topic, int count, Duration timeout)
      throws InterruptedException {
    return core.awaitSubscribers(topic, count, timeout);
  }

  /**
   * How many subscribers would get a message of a topic now.
   *
   * @param topic the topic
   * @return those whose filter matches, and those whose filter is not known here ({@code sp})
   */
  public int subscribers(String topic) {
    return core.subscribers(topic);
  }
}
