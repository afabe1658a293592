package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JeroMQ's I/O threads, each in a context of its own, and the replacing of one that broke.
 *
 * <p>Any thread may call it. The lock guards which contexts there are while one is replaced or all
 * are closed; nothing else is locked meanwhile.
 */
final class IoThreads {
  private static final Logger LOG = LoggerFactory.getLogger(IoThreads.class);
  private static final int MOST = 32;

  private final String label;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<IoContext> contexts = new CopyOnWriteArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger replaced = new AtomicInteger();
  private boolean closed;

  IoThreads(String label, int count) {
    this.label = label;
    for (int i = 0; i < Math.min(count, MOST); i++) {
      contexts.add(new IoContext(label, Integer.toString(i + 1)));
    }
  }

  /** {@return the loop for the next connection: each in turn} */
  IoLoop next() {
    int size = contexts.size();
    int first = Math.floorMod(next.getAndIncrement(), size);
    for (int i = 0; i < size; i++) {
      IoLoop loop = contexts.get((first + i) % size).loop();
      if (loop.alive()) {
        return loop;
      }
    }
    return contexts.get(first).loop();
  }

  List<IoLoop> loops() {
    return contexts.stream().map(IoContext::loop).toList();
  }

  /** {@return how many threads were replaced} */
  int replaced() {
    return replaced.get();
  }

  /** Gives up one that broke, on a thread of its own: listeners are told, which may take time. */
  void replace(IoLoop broken, String why) {
    if (!broken.beginSalvage()) {
      return;
    }
    broken.abandon();
    Thread salvage = new Thread(() -> salvage(broken, why), label + "-zmq-salvage");
    salvage.setDaemon(true);
    salvage.start();
  }

  private void salvage(IoLoop broken, String why) {
    broken.keptBy(Thread.currentThread());
    for (int i = 0; i < contexts.size(); i++) {
      IoContext context = contexts.get(i);
      if (context.loop() == broken) {
        swap(i);
        context.loseConnections(DisconnectReason.IO_THREAD_LOST, why);
        context.close();
      }
    }
    broken.endSalvage();
  }

  /** Puts a new context in the place of a broken one, unless there is nothing to make one of. */
  private void swap(int at) {
    int number = replaced.get() + contexts.size() + 1;
    try {
      IoContext fresh = new IoContext(label, Integer.toString(number));
      boolean late;
      lock.lock();
      try {
        late = closed;
        if (!late) {
          contexts.set(at, fresh);
          replaced.incrementAndGet();
        }
      } finally {
        lock.unlock();
      }
      if (late) {
        fresh.close();
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("cannot start another I/O thread: trying again in a moment", e);
    }
  }

  /**
   * Ends the threads.
   *
   * @return false if a thread did not end in time
   */
  boolean close(long millis) throws InterruptedException {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    List<Thread> enders =
        contexts.stream()
            .map(
                context -> {
                  context.loseConnections(DisconnectReason.LOCAL, "closed here");
                  return context.close();
                })
            .toList();
    long deadline = System.nanoTime() + millis * 1_000_000;
    boolean all = true;
    for (Thread ender : enders) {
      ender.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      all &= !ender.isAlive();
    }
    return all;
  }
}
