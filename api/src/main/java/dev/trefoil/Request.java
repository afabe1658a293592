package dev.trefoil;

import dev.trefoil.internal.Guard;
import dev.trefoil.internal.Texts;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.ReplyPort;
import java.time.Duration;
import java.util.Objects;

/**
 * A request taken off a {@link Replier} by {@code receive}, to be answered once, from any thread.
 *
 * <p>A request that is never answered costs its sender the deadline. There is nothing to close.
 *
 * @param <Q> the type of requests
 * @param <R> the type of replies
 */
public final class Request<Q, R> {
  private final Q value;
  private final ReplyPort.Incoming incoming;
  private final Codec<R> codec;
  private final Options options;
  private final long remainingNanos;

  Request(
      Q value, ReplyPort.Incoming incoming, Codec<R> codec, Options options, long remainingNanos) {
    this.value = value;
    this.incoming = incoming;
    this.codec = codec;
    this.options = options;
    this.remainingNanos = remainingNanos;
  }

  /**
   * What was asked.
   *
   * @return the value
   */
  public Q value() {
    return value;
  }

  /**
   * Who asked.
   *
   * @return the peer, which may be gone by now
   */
  public Peer peer() {
    return incoming.peer();
  }

  /**
   * How long the sender was going to wait when the request was taken off the queue.
   *
   * @return a very long time if the wire does not tell
   */
  public Duration remaining() {
    return Duration.ofNanos(remainingNanos);
  }

  /**
   * Answers. Never blocks. Only the first answer counts.
   *
   * @param reply the answer
   * @throws CodecException if it cannot be encoded; the sender is told
   * @throws MessageTooLargeException if it is over the limit; the sender is told
   */
  public void reply(R reply) {
    byte[] body;
    try {
      body = Guard.encode(codec, reply, options.maxMessageBytes());
    } catch (MessageTooLargeException e) {
      incoming.fail(Failure.TOO_LARGE, String.valueOf(e.getMessage()));
      throw e;
    } catch (CodecException e) {
      incoming.fail(Failure.CODEC, String.valueOf(e.getMessage()));
      throw e;
    }
    incoming.reply(body);
  }

  /**
   * Says that there will be no reply: the sender gets a {@link RemoteException} with this message,
   * where the wire can carry it.
   *
   * @param message why, for people
   */
  public void fail(String message) {
    Objects.requireNonNull(message, "the message must not be null");
    incoming.fail(Failure.HANDLER, Texts.shortened(message));
  }
}
