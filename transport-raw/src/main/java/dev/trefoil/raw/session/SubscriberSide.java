package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.spi.SubscribePort;
import java.nio.ByteBuffer;

/**
 * Subscribes to one publisher. In v0 nothing is ever sent and everything comes, so it filters here;
 * in v1 the publisher filters.
 */
public final class SubscriberSide extends Side {
  /** What sides share with their port. */
  public interface Hub {
    /** Sends the topics wanted by now, and those of later, by {@link SubscriberSide#want}. */
    void join(SubscriberSide side);

    /** The publisher is gone. */
    void leave(SubscriberSide side);

    /** {@return whether a message that starts like this is wanted, as far as has to be looked} */
    boolean wanted(Dialect dialect, byte[] start);
  }

  private final SubscribePort.Listener listener;
  private final Hub hub;
  private long missed;

  /** Makes the side of a connection. */
  public SubscriberSide(
      Session session, Dialect dialect, SubscribePort.Listener listener, Hub hub) {
    super(session, dialect);
    this.listener = listener;
    this.hub = hub;
  }

  /** Tells the publisher of a topic, where it listens. Any thread. */
  public void want(byte[] topic, boolean on) {
    if (v1()) {
      control(on ? FrameType.SUBSCRIBE : FrameType.UNSUBSCRIBE, topic);
    }
  }

  @Override
  protected void up() {
    hub.join(this);
  }

  @Override
  protected void down(DisconnectReason reason, String detail) {
    hub.leave(this);
  }

  @Override
  protected void batchEnd() {
    listener.batchEnd();
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    if (!v1()) {
      return !hub.wanted(dialect, body) || listener.message(session.peer(), Frames.EMPTY, body, 0);
    }
    switch (type) {
      case FrameType.PUBLISH -> {
        if (!hub.wanted(dialect, head)) {
          return true;
        }
        long before = missed;
        missed = 0;
        return listener.message(session.peer(), head, body, before);
      }
      case FrameType.GAP -> {
        if (body.length != 8 || body[0] < 0) {
          throw ProtocolException.malformed("its GAP makes no sense");
        }
        missed += ByteBuffer.wrap(body).getLong();
        return true;
      }
      default -> throw unexpected(type);
    }
  }
}
