package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Overflow;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Outbox.Outcome;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.support.PrefixIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A publisher's port: one bounded queue for each subscriber, filled by the publishing threads. */
final class InprocPublishPort extends InprocPort implements PublishPort {
  private final PublishPort.Listener listener;

  private final RoomBell bell = new RoomBell();

  /** Changed on the loop only, read by publishing threads. */
  private final PrefixIndex<PublishEnd> index = new PrefixIndex<>();

  InprocPublishPort(InprocTransport transport, PortContext context, PublishPort.Listener listener) {
    super(transport, context, Side.PUBLISHER, listener);
    this.listener = listener;
  }

  @Override
  public int publish(byte[] topic, byte[] body, long timeoutNanos) throws InterruptedException {
    Publishing publishing = new Publishing(bell, topic, body);
    index.forEachMatch(topic, publishing);
    return publishing.finish(timeoutNanos);
  }

  @Override
  public int subscribers(byte[] topic) {
    return index.count(topic);
  }

  @Override
  End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector) {
    return new PublishEnd(this, peer, connector);
  }

  /** Rings when a queue that was full has room, or takes nothing any more. */
  private static final class RoomBell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private final AtomicLong rings = new AtomicLong();

    private long rings() {
      return rings.get();
    }

    private void ring() {
      rings.incrementAndGet();
      lock.lock();
      try {
        rung.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** Waits until it rang since it was heard; returns the time that is left. */
    private long await(long heard, long nanos) throws InterruptedException {
      long left = nanos;
      lock.lock();
      try {
        while (rings.get() == heard && left > 0) {
          left = rung.awaitNanos(left);
        }
        return left;
      } finally {
        lock.unlock();
      }
    }
  }

  /** One message on its way into the subscribers' queues. Used by the publishing thread. */
  private static final class Publishing implements Consumer<PublishEnd> {
    private final RoomBell bell;
    private final byte[] topic;
    private final byte[] body;
    private Message.@Nullable Published message;
    private int queued;
    private List<PublishEnd> full = List.of();

    /** Asked before the queues are: a ring that matters comes after it. */
    private long heard;

    private Publishing(RoomBell bell, byte[] topic, byte[] body) {
      this.bell = bell;
      this.topic = topic;
      this.body = body;
      this.heard = bell.rings();
    }

    @Override
    public void accept(PublishEnd subscriber) {
      if (message == null) {
        message = new Message.Published(topic, body.clone());
      }
      switch (subscriber.publish(message)) {
        case QUEUED -> queued++;
        case FULL -> {
          if (full.isEmpty()) {
            full = new ArrayList<>();
          }
          full.add(subscriber);
        }
        case GONE -> {}
      }
    }

    /** Waits for room in all queues at once, so that nobody waits for another's. */
    private int finish(long timeoutNanos) throws InterruptedException {
      // A loop must not wait for room that a loop has to make.
      long left = InprocLoop.isAnyLoop() ? 0 : timeoutNanos;
      try {
        while (!full.isEmpty() && left > 0) {
          left = bell.await(heard, left);
          heard = bell.rings();
          List<PublishEnd> again = full;
          full = List.of();
          again.forEach(this);
        }
      } finally {
        full.forEach(PublishEnd::blocked);
      }
      return queued;
    }
  }

  /** A subscriber's queue. */
  static final class PublishEnd extends End {
    private final InprocPublishPort port;

    /** Dropped from the front: just before the message that is taken next. By the lock. */
    private long missedBeforeFirst;

    /** Dropped at the back: just before the message that is queued next. By the lock. */
    private long missedBeforeNext;

    private PublishEnd(InprocPublishPort port, Peer peer, @Nullable InprocConnector connector) {
      super(port, peer, connector);
      this.port = port;
    }

    @Override
    InprocPublishPort port() {
      return port;
    }

    /** {@return FULL only where the publisher is to wait} */
    private Outcome publish(Message.Published message) {
      Overflow overflow = port.options().overflow();
      boolean first = false;
      boolean slow;
      out.lock.lock();
      try {
        if (out.shut) {
          return Outcome.GONE;
        }
        if (overflow == Overflow.DROP_OLDEST) {
          dropOldest(message.size());
        }
        if (out.queue.hasRoom(message.size())) {
          first = enqueue(message);
        } else if (overflow == Overflow.DROP_NEWEST) {
          missedBeforeNext++;
          port.metrics().dropped(Drop.NEWEST, 1);
          return Outcome.GONE;
        } else if (overflow == Overflow.BLOCK) {
          out.wantRoom(message.size());
          return Outcome.FULL;
        } else {
          out.shut = true;
        }
        slow = out.shut;
      } finally {
        out.lock.unlock();
      }
      return slow ? disconnected() : queued(first);
    }

    private Outcome disconnected() {
      port.metrics().dropped(Drop.CONNECTION_LOST, 1);
      String detail = "its queue was full, and the policy is to disconnect it";
      Runnable closing =
          () -> close(DisconnectReason.SLOW_SUBSCRIBER, detail, DisconnectReason.CLOSED_BY_PEER);
      port.loop().post(closing);
      return Outcome.GONE;
    }

    private Outcome queued(boolean first) {
      if (first) {
        wakeReader();
      }
      return Outcome.QUEUED;
    }

    /** The publisher waits no longer for this subscriber. */
    private void blocked() {
      out.lock.lock();
      try {
        missedBeforeNext++;
      } finally {
        out.lock.unlock();
      }
      port.metrics().dropped(Drop.BLOCKED, 1);
    }

    private void dropOldest(int size) {
      int dropped = 0;
      while (!out.queue.hasRoom(size)) {
        Message oldest = out.queue.poll();
        missedBeforeFirst += 1 + (oldest instanceof Message.Gapped gapped ? gapped.missed : 0);
        dropped++;
      }
      if (dropped > 0) {
        port.metrics().dropped(Drop.OLDEST, dropped);
      }
    }

    private boolean enqueue(Message.Published message) {
      if (missedBeforeNext == 0) {
        out.queue.add(message, message.size());
      } else {
        out.queue.add(new Message.Gapped(message, missedBeforeNext), message.size());
        missedBeforeNext = 0;
      }
      return out.announce();
    }

    @Override
    Message taking(Message message) {
      if (missedBeforeFirst == 0) {
        return message;
      }
      Message.Gapped gapped =
          message instanceof Message.Gapped behind
              ? new Message.Gapped(behind.published, behind.missed + missedBeforeFirst)
              : new Message.Gapped((Message.Published) message, missedBeforeFirst);
      missedBeforeFirst = 0;
      return gapped;
    }

    /** The subscriber subscribed; on the loop. */
    void wants(List<byte[]> topics) {
      if (!isDown() && !isLeaving()) {
        topics.forEach(topic -> port.index.add(topic, this));
        port.listener.subscriptionsChanged();
      }
    }

    /** The subscriber took a subscription back; on the loop. */
    void wantsNoMore(byte[] topic) {
      if (!isDown() && port.index.remove(topic, this)) {
        port.listener.subscriptionsChanged();
      }
    }

    @Override
    void onUp() {}

    @Override
    void onRoom() {
      port.bell.ring();
    }

    @Override
    void onShut() {
      port.bell.ring();
    }

    @Override
    void onLeaving() {
      forgetTopics();
    }

    @Override
    void onDown(DisconnectReason reason, String detail) {
      forgetTopics();
    }

    private void forgetTopics() {
      if (port.index.removeAll(this) > 0) {
        port.listener.subscriptionsChanged();
      }
    }

    @Override
    boolean deliver(Message message) {
      throw new IllegalStateException("a subscriber sends no messages: " + message);
    }
  }
}
