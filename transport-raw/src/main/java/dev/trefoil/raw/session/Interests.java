package dev.trefoil.raw.session;

import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.spi.support.PrefixIndex;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one subscriber wants, told to all its publishers, those that come later too. Any thread may
 * call it.
 *
 * <p>The lock guards the topics and the publishers that know them, so that each publisher hears of
 * each topic in order; the outlets' locks are taken under it.
 */
public final class Interests implements SubscriberSide.Hub {
  private static final Object US = new Object();

  private final PrefixIndex<Object> wanted = new PrefixIndex<>();
  private volatile boolean unsubscribed;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ByteBuffer, byte[]> topics = new LinkedHashMap<>();
  private final Set<SubscriberSide> publishers = new HashSet<>();

  /** Wants nothing yet. */
  public Interests() {}

  /** Wants a topic from every publisher, also of later connections. */
  public void subscribe(byte[] topic) {
    change(topic.clone(), true);
  }

  /** Wants it no longer. */
  public void unsubscribe(byte[] topic) {
    change(topic.clone(), false);
  }

  private void change(byte[] topic, boolean on) {
    lock.lock();
    try {
      ByteBuffer key = ByteBuffer.wrap(topic);
      byte[] before = on ? topics.putIfAbsent(key, topic) : topics.remove(key);
      if (on == (before != null)) {
        return;
      }
      if (on) {
        wanted.add(topic, US);
      } else {
        unsubscribed = true;
        wanted.remove(topic, US);
      }
      for (SubscriberSide publisher : publishers) {
        publisher.want(topic, on);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void join(SubscriberSide side) {
    lock.lock();
    try {
      for (byte[] topic : topics.values()) {
        side.want(topic, true);
      }
      publishers.add(side);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void leave(SubscriberSide side) {
    lock.lock();
    try {
      publishers.remove(side);
    } finally {
      lock.unlock();
    }
  }

  /** A v1 publisher filters, so that only what was on its way during an unsubscribe is in doubt. */
  @Override
  public boolean wanted(Dialect dialect, byte[] start) {
    return (dialect == Dialect.V1 && !unsubscribed) || wanted.count(start) > 0;
  }
}
