package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Overflow;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.support.PrefixIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import zmq.ZMQ;

/**
 * XPUB: topic and payload, two frames; a queue for each SUB or XSUB peer, with the policy of the
 * options at its door.
 *
 * <p>No lock here: the index has its own, and each outbox. A thread that publishes keeps its order.
 */
final class ZmqPublishPort extends ZmqPort implements PublishPort {
  private static final int WISH_OVERHEAD_BYTES = 64;

  private final PublishPort.Listener listener;
  private final Overflow overflow;
  private final PrefixIndex<Subscriber> index = new PrefixIndex<>();

  ZmqPublishPort(Shared shared, PortContext context, PublishPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_XPUB);
    this.listener = listener;
    this.overflow = context.options().overflow();
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Subscriber(connection);
  }

  @Override
  public int publish(byte[] topic, byte[] body, long timeoutNanos) throws InterruptedException {
    byte[][] message = {topic, body};
    int size = topic.length + body.length;
    if (overflow == Overflow.BLOCK) {
      return publishWaiting(matching(topic), message, size, timeoutNanos);
    }
    int[] taken = {0};
    index.forEachMatch(topic, subscriber -> taken[0] += subscriber.take(message, size) ? 1 : 0);
    return taken[0];
  }

  private int publishWaiting(
      List<Subscriber> subscribers, byte[][] message, int size, long timeoutNanos)
      throws InterruptedException {
    long deadline = nanoTime() + timeoutNanos;
    int taken = 0;
    for (Subscriber subscriber : subscribers) {
      if (subscriber.connection.outbox().offerWaiting(message, size, deadline - nanoTime())) {
        taken++;
      } else if (subscriber.connection.state() == State.UP) {
        context().metrics().dropped(Drop.BLOCKED, 1);
      }
    }
    return taken;
  }

  private List<Subscriber> matching(byte[] topic) {
    List<Subscriber> found = new ArrayList<>();
    index.forEachMatch(topic, found::add);
    return found;
  }

  @Override
  public int subscribers(byte[] topic) {
    return index.count(topic);
  }

  private final class Subscriber extends Dialogue {
    private long wishBytes;

    Subscriber(Connection connection) {
      super(connection);
    }

    /** Queues a message, or does what the policy says. */
    boolean take(byte[][] message, int size) {
      if (overflow == Overflow.DROP_OLDEST) {
        int dropped = connection.outbox().offerDroppingOldest(message, size);
        if (dropped > 0) {
          context().metrics().dropped(Drop.OLDEST, dropped);
        }
        return dropped >= 0;
      }
      if (connection.outbox().offer(message, size)) {
        return true;
      }
      if (connection.state() == State.UP) {
        context().metrics().dropped(Drop.NEWEST, 1);
        if (overflow == Overflow.DISCONNECT) {
          connection.abort(DisconnectReason.SLOW_SUBSCRIBER, "its queue was full");
        }
      }
      return false;
    }

    @Override
    boolean message(byte[][] frames, int count) {
      byte[] frame = frames[0];
      if (count != 1 || frame.length == 0 || (frame[0] & 0xFE) != 0) {
        malformed();
        return true;
      }
      if (frame[0] == 1) {
        want(frame);
      } else {
        unwant(frame);
      }
      listener.subscriptionsChanged();
      return true;
    }

    private void want(byte[] frame) {
      long bytes = (long) frame.length + WISH_OVERHEAD_BYTES;
      if (index.add(topic(frame), this)) {
        wishBytes += bytes;
      }
      // One is always let in, as with messages: else a small bound would turn everybody away.
      if (wishBytes > Math.max(bytes, context().options().receiveQueueBytes())) {
        connection.fail(DisconnectReason.MALFORMED, "more subscriptions than the limit");
      }
    }

    private void unwant(byte[] frame) {
      if (index.remove(topic(frame), this)) {
        wishBytes -= frame.length + WISH_OVERHEAD_BYTES;
      }
    }

    private static byte[] topic(byte[] frame) {
      return Arrays.copyOfRange(frame, 1, frame.length);
    }

    @Override
    void down(DisconnectReason reason, String detail) {
      index.removeAll(this);
      if (!isClosing()) {
        listener.subscriptionsChanged();
      }
    }
  }
}
