package dev.trefoil;

import dev.trefoil.internal.ReplyCore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@link Requester}s, by a handler or by {@link #receive}.
 *
 * <p>Get one from {@link Messaging#replier}. Any thread may call it. What it holds is bounded: a
 * request that finds the queue full is refused where the wire can say so, and held back in the
 * network elsewhere. Close it to stop answering; {@link #drain} answers what it has first.
 *
 * @param <Q> the type of requests
 * @param <R> the type of replies
 */
public final class Replier<Q, R> extends Role {
  private final ReplyCore<Q, R, Request<Q, R>> core;

  Replier(ReplyCore<Q, R, Request<Q, R>> core) {
    super(core);
    this.core = core;
  }

  /**
   * Waits for a request, up to the {@code receiveTimeout} of the options.
   *
   * @return the request, to be answered
   * @throws TimedOutException if none came in time
   * @throws CodecException if a request could not be decoded; its sender is told
   * @throws IllegalStateException if the role has a handler
   * @throws ClosedException if the role is, or gets, closed
   * @throws InterruptedException if interrupted; the role stays usable
   */
  public Request<Q, R> receive() throws InterruptedException {
    return core.receive();
  }

  /**
   * As {@link #receive()}, with a deadline of its own.
   *
   * @param timeout how long to wait; zero looks without waiting
   * @return the request, or null if none came in time
   * @throws InterruptedException if interrupted; the role stays usable
   */
  public @Nullable Request<Q, R> receive(Duration timeout) throws InterruptedException {
    return core.receive(timeout);
  }
}
