package dev.trefoil;

import dev.trefoil.internal.SubscribeCore;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Gets what {@link Publisher}s send under the topics that it wants: by a handler, by {@link
 * #receive}, or as a {@link Flow.Publisher}.
 *
 * <p>Get one from {@link Messaging#subscriber}. Any thread may call it. It starts wanting nothing;
 * subscriptions hold for every publisher it is, or gets, connected to. Close it to let go.
 *
 * @param <T> the type of the values
 */
public final class Subscriber<T> extends Role {
  private final SubscribeCore<T, Delivery<T>> core;

  Subscriber(SubscribeCore<T, Delivery<T>> core) {
    super(core);
    this.core = core;
  }

  /**
   * Wants messages whose topic starts with this text; the empty text wants everything. Idempotent.
   *
   * @param topic the beginning of the topics
   * @throws ClosedException if the role is closed
   */
  public void subscribe(String topic) {
    core.subscribe(topic);
  }

  /**
   * Takes a subscription back. Messages on their way may still come.
   *
   * @param topic as it was subscribed
   * @return false if it was not subscribed
   */
  public boolean unsubscribe(String topic) {
    return core.unsubscribe(topic);
  }

  /**
   * Waits for a message, up to the {@code receiveTimeout} of the options.
   *
   * @return the message
   * @throws TimedOutException if none came in time
   * @throws CodecException if a message could not be decoded; it is dropped
   * @throws IllegalStateException if the role has a handler, or a flow
   * @throws ClosedException if the role is, or gets, closed
   * @throws InterruptedException if interrupted; the role stays usable
   */
  public Delivery<T> receive() throws InterruptedException {
    return core.receive();
  }

  /**
   * As {@link #receive()}, with a deadline of its own.
   *
   * @param timeout how long to wait; zero looks without waiting
   * @return the message, or null if none came in time
   * @throws InterruptedException if interrupted; the role stays usable
   */
  public @Nullable Delivery<T> receive(Duration timeout) throws InterruptedException {
    return core.receive(timeout);
  }

  /**
   * What is received, as a publisher of the JDK's {@link Flow}. It honours demand: without any, the
   * queue fills and the wire is paused. Takes one flow subscriber at a time, which runs on the
   * handler executor; the flow ends when the role is closed. What cannot be decoded is dropped and
   * counted.
   *
   * @return the flow; from then on {@code receive} is refused
   * @throws IllegalStateException if the role has a handler
   */
  public Flow.Publisher<Delivery<T>> flow() {
    return core.flow();
  }
}
