package dev.trefoil;

import dev.trefoil.internal.RequestCore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Asks {@link Replier}s, and gets each reply to whoever asked for it.
 *
 * <p>Get one from {@link Messaging#requester}. Any thread may call it, any number of requests may
 * be outstanding, and they are spread over the connected repliers that have room. Close it to fail
 * what is outstanding.
 *
 * @param <Q> the type of requests
 * @param <R> the type of replies
 */
public final class Requester<Q, R> extends Role {
  private final RequestCore<Q, R> core;
  private final boolean repeatable;

  Requester(RequestCore<Q, R> core, boolean repeatable) {
    super(core);
    this.core = core;
    this.repeatable = repeatable;
  }

  /**
   * The same requester, for requests that may be sent twice: when a peer is lost they go to another
   * one at once. Shares everything with this one, closing included.
   *
   * @return a view of this requester
   */
  public Requester<Q, R> idempotent() {
    return repeatable ? this : new Requester<>(core, true);
  }

  /**
   * Asks, and waits for the reply, up to the {@code requestTimeout} of the options.
   *
   * @param request what to ask
   * @return the reply
   * @throws TimedOutException if no reply came in time
   * @throws PeerLostException if the peer that had it was lost
   * @throws RemoteException if the replier's handler failed
   * @throws OverloadedException if nobody has room for it
   * @throws MessageTooLargeException if it is over the limit
   * @throws CodecException if a codec failed
   * @throws ClosedException if the role is, or gets, closed
   * @throws InterruptedException if interrupted; the role stays usable
   */
  public R request(Q request) throws InterruptedException {
    return core.request(request, core.options().requestTimeout(), repeatable);
  }

  /**
   * As {@link #request(Object)}, with a deadline of its own.
   *
   * @param request what to ask
   * @param timeout how long to wait
   * @return the reply
   * @throws InterruptedException if interrupted; the role stays usable
   */
  public R request(Q request, Duration timeout) throws InterruptedException {
    return core.request(request, timeout, repeatable);
  }

  /**
   * Asks, and returns at once. The future ends with the reply or with one of the exceptions that
   * {@link #request(Object)} throws; its callbacks run on the handler executor, or with {@link
   * Execution#INLINE} on the thread that learns of the end, an I/O thread or the timer's.
   * Cancelling it frees what it held; the reply is then dropped.
   *
   * @param request what to ask
   * @return the reply to come; it always ends, at the deadline at the latest
   */
  public CompletableFuture<R> requestAsync(Q request) {
    return core.requestAsync(request, core.options().requestTimeout(), repeatable);
  }

  /**
   * As {@link #requestAsync(Object)}, with a deadline of its own.
   *
   * @param request what to ask
   * @param timeout after which the future fails
   * @return the reply to come
   */
  public CompletableFuture<R> requestAsync(Q request, Duration timeout) {
    return core.requestAsync(request, timeout, repeatable);
  }

  /**
   * How many requests wait for their reply.
   *
   * @return 0 if none
   */
  public int outstanding() {
    return core.outstanding();
  }
}
