package dev.trefoil;

import dev.trefoil.internal.PushCore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Hands out work: each message goes to one {@link Puller}, in turn among those that have room.
 *
 * <p>Get one from {@link Messaging#pusher}. Any thread may call it. With {@link
 * Assurance#AT_LEAST_ONCE} it keeps each message until a puller acknowledged it. Close it to forget
 * what is not acknowledged; {@link #drain} waits for that first.
 *
 * @param <T> the type of the values
 */
public final class Pusher<T> extends Role {
  private final PushCore<T> core;

  Pusher(PushCore<T> core) {
    super(core);
    this.core = core;
  }

  /**
   * Pushes, and waits for room up to the {@code sendTimeout} of the options.
   *
   * @param value what to send
   * @throws TimedOutException if no puller had room in time; the message was not taken
   * @throws MessageTooLargeException if it is over the limit
   * @throws CodecException if it cannot be encoded
   * @throws ClosedException if the role is, or gets, closed
   * @throws InterruptedException if interrupted; the message was not taken, the role stays usable
   */
  public void push(T value) throws InterruptedException {
    core.push(value);
  }

  /**
   * Pushes if some puller has room now. Never waits.
   *
   * @param value what to send
   * @return what became of it
   * @throws MessageTooLargeException if it is over the limit
   * @throws CodecException if it cannot be encoded
   */
  public SendResult tryPush(T value) {
    return core.tryPush(value);
  }

  /**
   * Pushes at-least-once, waits for room like {@link #push}, and tells when the work was done.
   *
   * @param value what to send
   * @return ends when a puller acknowledged it, or with {@link NotDeliveredException} when it was
   *     given up, or with {@link ClosedException} when the role was closed before; its callbacks
   *     run on the handler executor, or with {@link Execution#INLINE} on the thread that learns of
   *     it
   * @throws IllegalStateException if the role's assurance is not {@link Assurance#AT_LEAST_ONCE}
   * @throws InterruptedException if interrupted; the message was not taken, the role stays usable
   */
  public CompletableFuture<Void> pushAcknowledged(T value) throws InterruptedException {
    return core.pushAcknowledged(value);
  }

  /**
   * How many messages pushed at-least-once are not acknowledged yet.
   *
   * @return 0 if none
   */
  public int unacknowledged() {
    return core.unacknowledged();
  }

  /**
   * Waits until everything pushed at-least-once so far is acknowledged or given up.
   *
   * @param timeout how long to wait
   * @return false if the time was up first
   * @throws InterruptedException if interrupted; the role stays usable
   * @throws ClosedException if the role is, or gets, closed
   */
  public boolean awaitAcknowledged(Duration timeout) throws InterruptedException {
    return core.awaitAcknowledged(timeout);
  }
}
