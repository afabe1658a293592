package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Overflow;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameRing;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.PortMetrics;

/**
 * Publishes to one subscriber.
 *
 * <pre>
 * v1 PUBLISH      | 20 | length | length of topic (4) | topic | body
 * v1 SUBSCRIBE    | 21 | length | topic
 * v1 UNSUBSCRIBE  | 22 | length | topic
 * v1 GAP          | A3 | 8      | messages dropped just before the next (8)
 * v0              | length      | topic | body
 * </pre>
 */
public final class PublisherSide extends Side {
  /** What sides share with their port. */
  public interface Hub {
    /**
     * A subscriber wants a topic.
     *
     * @return false if it did already
     */
    boolean subscribed(PublisherSide side, byte[] topic);

    /**
     * A subscriber wants a topic no longer.
     *
     * @return false if it did not
     */
    boolean unsubscribed(PublisherSide side, byte[] topic);

    /** A subscriber is gone. */
    void gone(PublisherSide side);

    /** A subscriber that had no room has some. */
    void roomAgain();

    /** {@return what to do when a subscriber's queue is full} */
    Overflow overflow();

    /** {@return the counters} */
    PortMetrics metrics();
  }

  private static final byte[] EVERYTHING = {};
  private static final int MAX_TOPICS = 1_000_000;
  private static final long MAX_TOPIC_BYTES = 64L * 1024 * 1024;

  private final Hub hub;
  private final FrameRing ring;
  private long peerMaxMessage = Long.MAX_VALUE;
  private int topics;
  private long topicBytes;

  /** Makes the side of a connection. */
  public PublisherSide(Session session, Dialect dialect, Hub hub) {
    super(session, dialect);
    this.hub = hub;
    this.ring = new FrameRing(v1());
  }

  @Override
  protected FrameQueue queue() {
    return ring;
  }

  @Override
  protected void check(Open peer) throws Rejection {
    super.check(peer);
    peerMaxMessage = v1() ? peer.maxMessage() : session.config().maxMessage();
  }

  @Override
  protected void up() {
    if (!v1()) {
      hub.subscribed(this, EVERYTHING);
    }
  }

  @Override
  protected void roomAgain() {
    hub.roomAgain();
  }

  @Override
  protected void down(DisconnectReason reason, String detail) {
    hub.gone(this);
    Outlet outlet = session.outlet();
    outlet.lock();
    try {
      if (ring.messages() > 0) {
        hub.metrics()
            .dropped(
                reason == DisconnectReason.LOCAL
                    ? PortMetrics.Drop.CLOSED
                    : PortMetrics.Drop.CONNECTION_LOST,
                ring.messages());
      }
    } finally {
      outlet.unlock();
    }
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    if (!v1()) {
      // A v0 subscriber has nothing to say; what it says anyway is ignored.
      return true;
    }
    switch (type) {
      case FrameType.SUBSCRIBE -> {
        if (hub.subscribed(this, body)) {
          topics++;
          topicBytes += body.length;
          if (topics > MAX_TOPICS || topicBytes > MAX_TOPIC_BYTES) {
            throw ProtocolException.malformed("it subscribes to too many topics");
          }
        }
      }
      case FrameType.UNSUBSCRIBE -> {
        if (hub.unsubscribed(this, body)) {
          topics--;
          topicBytes -= body.length;
        }
      }
      default -> throw unexpected(type);
    }
    return true;
  }

  /** What became of a message that was offered. */
  public enum Outcome {
    /** It is queued. */
    QUEUED,
    /** It is not, and that is counted. */
    DROPPED,
    /** It is not: the caller waits for room and offers it again. */
    WAIT
  }

  /**
   * Queues a message for this subscriber, or drops one, as the policy says.
   *
   * @param frame the whole frame, in this side's dialect
   * @param bodyBytes the payload, with the topic in v0
   * @param wait whether to report a full queue instead of dropping, under {@code Overflow.BLOCK}
   * @return what became of it
   */
  public Outcome offer(byte[] frame, int bodyBytes, boolean wait) {
    Outlet outlet = session.outlet();
    boolean flush;
    outlet.lock();
    try {
      if (!outlet.isOpen()) {
        return Outcome.DROPPED;
      }
      if (bodyBytes > peerMaxMessage) {
        drop(PortMetrics.Drop.TOO_LARGE);
        return Outcome.DROPPED;
      }
      if (!outlet.admit(frame.length) && !makeRoom(outlet, frame.length)) {
        if (wait) {
          return Outcome.WAIT;
        }
        overflow();
        return Outcome.DROPPED;
      }
      ring.publish(frame);
      flush = session.link().queued(true);
    } finally {
      outlet.unlock();
    }
    if (flush) {
      session.link().flush();
    }
    return Outcome.QUEUED;
  }

  /** The newest go in even if a writer has its hands on all the older ones. */
  private boolean makeRoom(Outlet outlet, int size) {
    if (hub.overflow() != Overflow.DROP_OLDEST) {
      return false;
    }
    long dropped = 0;
    while (!outlet.hasRoom(size) && ring.dropOldest()) {
      dropped++;
    }
    hub.metrics().dropped(PortMetrics.Drop.OLDEST, dropped);
    return true;
  }

  private void overflow() {
    switch (hub.overflow()) {
      case BLOCK -> drop(PortMetrics.Drop.BLOCKED);
      case DISCONNECT -> {
        drop(PortMetrics.Drop.NEWEST);
        session.link().close(DisconnectReason.SLOW_SUBSCRIBER, "its queue was full");
      }
      default -> drop(PortMetrics.Drop.NEWEST);
    }
  }

  private void drop(PortMetrics.Drop why) {
    ring.missed();
    hub.metrics().dropped(why, 1);
  }

  /** {@return what it speaks, to choose the frame} */
  public Dialect dialect() {
    return dialect;
  }
}
