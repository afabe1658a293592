package dev.trefoil.raw;

import dev.trefoil.Overflow;
import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.PublisherSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.support.PrefixIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A publisher on the raw wire. The index finds who wants a topic without a lock; under {@code
 * Overflow.BLOCK} the lock guards nothing but the condition to wait on for room.
 */
final class RawPublishPort extends SocketPort implements PublishPort, PublisherSide.Hub {
  private final PublishPort.Listener listener;
  private final Overflow overflow;
  private final PortMetrics metrics;
  private final PrefixIndex<PublisherSide> index = new PrefixIndex<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private long rooms;

  RawPublishPort(Engine engine, PortContext context, PublishPort.Listener listener) {
    super(engine, SpRole.PUB, context, listener);
    this.listener = listener;
    this.overflow = context.options().overflow();
    this.metrics = context.metrics();
  }

  /** One message on its way to its subscribers, encoded at most once for each dialect. */
  private static final class Publication implements Consumer<PublisherSide> {
    private final byte[] topic;
    private final byte[] body;
    private final boolean wait;
    private byte @Nullable [] v0;
    private byte @Nullable [] v1;
    private @Nullable List<PublisherSide> full;
    private int takers;

    Publication(byte[] topic, byte[] body, boolean wait) {
      this.topic = topic;
      this.body = body;
      this.wait = wait;
    }

    @Override
    public void accept(PublisherSide side) {
      if (offer(side, wait)) {
        return;
      }
      List<PublisherSide> later = full;
      if (later == null) {
        later = new ArrayList<>();
        full = later;
      }
      later.add(side);
    }

    boolean offer(PublisherSide side, boolean waitForRoom) {
      PublisherSide.Outcome outcome =
          side.dialect() == Dialect.V1
              ? side.offer(frameOfV1(), body.length, waitForRoom)
              : side.offer(frameOfV0(), topic.length + body.length, waitForRoom);
      if (outcome == PublisherSide.Outcome.QUEUED) {
        takers++;
      }
      return outcome != PublisherSide.Outcome.WAIT;
    }

    private byte[] frameOfV0() {
      byte[] frame = v0;
      if (frame == null) {
        frame = Frames.encode(FrameType.DATA, 0, 0, topic, body);
        v0 = frame;
      }
      return frame;
    }

    private byte[] frameOfV1() {
      byte[] frame = v1;
      if (frame == null) {
        frame = Frames.encode(FrameType.PUBLISH, 0, topic.length, topic, body);
        v1 = frame;
      }
      return frame;
    }
  }

  @Override
  public int publish(byte[] topic, byte[] body, long timeoutNanos) throws InterruptedException {
    boolean wait = overflow == Overflow.BLOCK && timeoutNanos > 0;
    Publication publication = new Publication(topic, body, wait && mayWait());
    long before = publication.wait ? roomsSoFar() : 0;
    index.forEachMatch(topic, publication);
    if (publication.full != null) {
      waitForRoom(publication, publication.full, before, now() + timeoutNanos);
    }
    return publication.takers;
  }

  private void waitForRoom(
      Publication publication, List<PublisherSide> full, long seen, long deadline)
      throws InterruptedException {
    List<PublisherSide> waiting = full;
    long before = seen;
    while (!waiting.isEmpty()) {
      boolean last = !awaitRoom(before, deadline);
      before = roomsSoFar();
      List<PublisherSide> still = new ArrayList<>();
      for (PublisherSide side : waiting) {
        if (!publication.offer(side, !last)) {
          still.add(side);
        }
      }
      waiting = still;
    }
  }

  private long roomsSoFar() {
    lock.lock();
    try {
      return rooms;
    } finally {
      lock.unlock();
    }
  }

  /** {@return false if the time is up} */
  private boolean awaitRoom(long before, long deadline) throws InterruptedException {
    lock.lock();
    try {
      while (rooms == before) {
        long left = deadline - now();
        if (left <= 0) {
          return false;
        }
        room.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void roomAgain() {
    lock.lock();
    try {
      rooms++;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int subscribers(byte[] topic) {
    return index.count(topic);
  }

  @Override
  public boolean subscribed(PublisherSide side, byte[] topic) {
    boolean changed = index.add(topic, side);
    if (changed) {
      listener.subscriptionsChanged();
    }
    return changed;
  }

  @Override
  public boolean unsubscribed(PublisherSide side, byte[] topic) {
    boolean changed = index.remove(topic, side);
    if (changed) {
      listener.subscriptionsChanged();
    }
    return changed;
  }

  @Override
  public void gone(PublisherSide side) {
    if (index.removeAll(side) > 0) {
      listener.subscriptionsChanged();
    }
    roomAgain();
  }

  @Override
  public Overflow overflow() {
    return overflow;
  }

  @Override
  public PortMetrics metrics() {
    return metrics;
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new PublisherSide(session, dialect, this);
  }
}
