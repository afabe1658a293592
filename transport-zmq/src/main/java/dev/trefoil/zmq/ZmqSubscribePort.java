package dev.trefoil.zmq;

import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.support.PrefixIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/**
 * SUB: tells each publisher what it wants, and looks again at what comes, since a message may have
 * been on its way when the wish ended, and not every publisher filters.
 *
 * <p>The lock guards the topics and what each publisher is still to be told. Subscriptions go past
 * the outbox's bounds, which are for messages: a publisher that never hears of one would be silent
 * for good.
 */
final class ZmqSubscribePort extends ZmqPort implements SubscribePort {
  private static final int TOPIC_AND_BODY = 2;

  private final SubscribePort.Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<byte[]> topics = new ArrayList<>();
  private final PrefixIndex<ZmqSubscribePort> index = new PrefixIndex<>();

  ZmqSubscribePort(Shared shared, PortContext context, SubscribePort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_SUB);
    this.listener = listener;
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Publisher(connection);
  }

  @Override
  public void subscribe(byte[] topic) {
    byte[] frame = frame(1, topic);
    lock.lock();
    try {
      topics.add(topic);
      index.add(topic, this);
      tell(frame);
    } finally {
      lock.unlock();
    }
    stirAll();
  }

  @Override
  public void unsubscribe(byte[] topic) {
    lock.lock();
    try {
      if (index.remove(topic, this)) {
        forget(topic);
        tell(frame(0, topic));
      }
    } finally {
      lock.unlock();
    }
    stirAll();
  }

  private void forget(byte[] topic) {
    for (Iterator<byte[]> all = topics.iterator(); all.hasNext(); ) {
      if (Arrays.equals(all.next(), topic)) {
        all.remove();
        return;
      }
    }
  }

  /** Under the lock, so that every publisher hears wishes in their order. */
  private void tell(byte[] frame) {
    for (Connection connection : peers()) {
      if (connection.dialogue() instanceof Publisher publisher) {
        publisher.wishes.add(frame);
      }
    }
  }

  private void stirAll() {
    for (Connection connection : peers()) {
      connection.outbox().stir();
    }
  }

  private static byte[] frame(int first, byte[] topic) {
    byte[] frame = new byte[topic.length + 1];
    frame[0] = (byte) first;
    System.arraycopy(topic, 0, frame, 1, topic.length);
    return frame;
  }

  private boolean wanted(byte[] topic) {
    return index.count(topic) > 0;
  }

  @Override
  public void resume() {
    resumeAll();
  }

  private final class Publisher extends Dialogue {
    /** What it has not been told yet; guarded by the port's lock. */
    private final ArrayDeque<byte[]> wishes = new ArrayDeque<>();

    private boolean told;

    Publisher(Connection connection) {
      super(connection);
    }

    @Override
    void established() {
      lock.lock();
      try {
        // What was subscribed between the two is in both: told once, by forgetting the second.
        wishes.clear();
        for (byte[] topic : topics) {
          wishes.add(frame(1, topic));
        }
        told = true;
      } finally {
        lock.unlock();
      }
      connection.outbox().stir();
    }

    @Override
    byte @Nullable [][] urgent() {
      lock.lock();
      try {
        byte[] wish = told ? wishes.poll() : null;
        return wish == null ? null : new byte[][] {wish};
      } finally {
        lock.unlock();
      }
    }

    @Override
    boolean message(byte[][] frames, int count) {
      if (count > TOPIC_AND_BODY) {
        multipart();
        return true;
      }
      if (!wanted(frames[0])) {
        return true;
      }
      byte[] topic = count == 1 ? Mark.EMPTY : frames[0];
      return listener.message(connection.peer(), topic, frames[count - 1], 0);
    }

    @Override
    void batchEnd() {
      listener.batchEnd();
    }
  }
}
