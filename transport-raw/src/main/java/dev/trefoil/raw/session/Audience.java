package dev.trefoil.raw.session;

import dev.trefoil.Overflow;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.support.PrefixIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one publisher, over all its connections: who wants what, and each message to
 * those who want it. Any thread may call it.
 *
 * <p>The index finds who wants a topic without a lock; under {@code Overflow.BLOCK} the lock guards
 * nothing but the condition to wait on for room, and changes of {@code rooms}.
 */
public final class Audience implements PublisherSide.Hub {
  private final PublishPort.Listener listener;
  private final Overflow overflow;
  private final PortMetrics metrics;
  private final LongSupplier clock;
  private final PrefixIndex<PublisherSide> index = new PrefixIndex<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final AtomicLong rooms = new AtomicLong();

  /**
   * Makes one without subscribers.
   *
   * @param overflow what to do when a subscriber's queue is full
   * @param metrics counts what is dropped
   * @param listener is told when subscriptions change
   * @param clock the time in nanoseconds, for waiting
   */
  public Audience(
      Overflow overflow, PortMetrics metrics, PublishPort.Listener listener, LongSupplier clock) {
    this.listener = listener;
    this.overflow = overflow;
    this.metrics = metrics;
    this.clock = clock;
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

  /**
   * Queues a message for every subscriber that wants it.
   *
   * @param topic the topic's bytes
   * @param body the payload
   * @param waitNanos how long to wait under {@code Overflow.BLOCK}; 0 on threads that may not
   * @return how many subscribers it was queued for
   * @throws InterruptedException if interrupted while waiting; some subscribers may have it
   */
  public int publish(byte[] topic, byte[] body, long waitNanos) throws InterruptedException {
    Publication publication =
        new Publication(topic, body, overflow == Overflow.BLOCK && waitNanos > 0);
    long before = rooms.get();
    index.forEachMatch(topic, publication);
    if (publication.full != null) {
      waitForRoom(publication, publication.full, before, clock.getAsLong() + waitNanos);
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
      before = rooms.get();
      List<PublisherSide> still = new ArrayList<>();
      for (PublisherSide side : waiting) {
        if (!publication.offer(side, !last)) {
          still.add(side);
        }
      }
      waiting = still;
    }
  }

  /** {@return false if the time is up} */
  private boolean awaitRoom(long before, long deadline) throws InterruptedException {
    lock.lock();
    try {
      while (rooms.get() == before) {
        long left = deadline - clock.getAsLong();
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
      rooms.incrementAndGet();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** {@return how many subscribers would get a message of a topic} */
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
}
