package dev.trefoil;

import dev.trefoil.internal.Acknowledgement;
import dev.trefoil.internal.Guard;
import dev.trefoil.internal.Texts;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PullPort;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message as a {@link Subscriber} or {@link Puller} hands it over: the value and where it is
 * from.
 *
 * <p>Any thread may use it, for as long as it likes; there is nothing to close. A message that was
 * pushed at-least-once and came through {@code receive} or a flow is to be acknowledged by {@link
 * #acknowledge}, or its puller gets less and less; one that came to a {@link Handler} is
 * acknowledged when the handler returns.
 *
 * @param <T> the type of the value
 */
public final class Delivery<T> {
  // Small on purpose: one is made for each message. The bytes stand in 'content' until decoded.
  private Object content;
  private final Object origin;
  private final @Nullable Object extra;

  private Delivery(byte[] body, Object origin, @Nullable Object extra) {
    this.content = body;
    this.origin = origin;
    this.extra = extra;
  }

  /** A topic after a gap. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Late(byte[] topic, long missed) {}

  static <T> Delivery<T> published(Peer from, byte[] topic, byte[] body, long missed) {
    return new Delivery<>(body, from, missed == 0 ? topic : new Late(topic, missed));
  }

  static <T> Delivery<T> pushed(PullPort.Source from, byte[] body) {
    return new Delivery<>(body, from, null);
  }

  static <T> Delivery<T> pushed(
      PullPort.Source from, byte[] body, long sequence, long number, int attempt) {
    return new Delivery<>(body, from, new Acknowledgement(from, sequence, number, attempt));
  }

  /** Called once, by the thread that takes it off the queue, before the user sees it. */
  Delivery<T> decode(Codec<T> codec) {
    try {
      content = Guard.decode(codec, (byte[]) content);
      return this;
    } catch (CodecException e) {
      refuse(Failure.CODEC, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  /** The role was closed before anybody took it. */
  void abandon() {
    refuse(Failure.CLOSING, "the puller was closed before it took the message");
  }

  /**
   * What was sent.
   *
   * @return the value
   */
  @SuppressWarnings("unchecked")
  public T value() {
    return (T) content;
  }

  /**
   * The topic that it was published under.
   *
   * @return the topic; empty for a pushed message, and on wires that do not tell topic and payload
   *     apart
   */
  public String topic() {
    Object topic = extra instanceof Late late ? late.topic : extra;
    return topic instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  /**
   * Who sent it.
   *
   * @return the peer, which may be gone by now
   */
  public Peer peer() {
    return origin instanceof PullPort.Source source ? source.peer() : (Peer) origin;
  }

  /**
   * How many messages this publisher dropped for this subscriber just before this one, where the
   * wire tells.
   *
   * @return 0 if none, or if the wire does not tell
   */
  public long missed() {
    return extra instanceof Late late ? late.missed : 0;
  }

  /**
   * The message's name, the same on every attempt.
   *
   * @return null if it was not pushed at-least-once
   */
  public @Nullable MessageId id() {
    return extra instanceof Acknowledgement owed ? owed.id() : null;
  }

  /**
   * How often it has been sent, this time included.
   *
   * @return 1 for the first time; more means that it may have been worked on before
   */
  public int attempt() {
    return extra instanceof Acknowledgement owed ? owed.attempt() : 1;
  }

  /**
   * Says that the work is done: the pusher forgets the message. Never blocks; only the first of
   * several calls counts, and without an at-least-once push it does nothing.
   */
  public void acknowledge() {
    if (extra instanceof Acknowledgement owed) {
      owed.acknowledge();
    }
  }

  /**
   * Says that the work will not be done here: the pusher sends it to another puller, or gives it up
   * after its limit of attempts. Never blocks; as {@link #acknowledge} otherwise.
   *
   * @param reason for the pusher's log and its dead letters
   */
  public void refuse(String reason) {
    refuse(Failure.HANDLER, Objects.requireNonNull(reason, "the reason must not be null"));
  }

  private void refuse(Failure failure, String reason) {
    if (extra instanceof Acknowledgement owed) {
      owed.refuse(failure, Texts.shortened(reason));
    }
  }

  @Override
  public String toString() {
    return "delivery from " + peer() + (topic().isEmpty() ? "" : " of topic " + topic());
  }
}
