package dev.trefoil;

import dev.trefoil.internal.PullCore;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Takes work that {@link Pusher}s hand out: by a handler, by {@link #receive}, or as a {@link
 * Flow.Publisher}.
 *
 * <p>Get one from {@link Messaging#puller}. Any thread may call it. When its queue is full it stops
 * reading, so that pressure reaches the pushers and memory stays bounded. Close it to stop; what it
 * had not acknowledged goes to other pullers.
 *
 * @param <T> the type of the values
 */
public final class Puller<T> extends Role {
  private final PullCore<T, Delivery<T>> core;

  Puller(PullCore<T, Delivery<T>> core) {
    super(core);
    this.core = core;
  }

  /**
   * Waits for a message, up to the {@code receiveTimeout} of the options.
   *
   * @return the message; acknowledge it if it was pushed at-least-once
   * @throws TimedOutException if none came in time
   * @throws CodecException if a message could not be decoded; its pusher is told, where it can be
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
   * counted. What was pushed at-least-once is to be acknowledged.
   *
   * @return the flow; from then on {@code receive} is refused
   * @throws IllegalStateException if the role has a handler
   */
  public Flow.Publisher<Delivery<T>> flow() {
    return core.flow();
  }
}
