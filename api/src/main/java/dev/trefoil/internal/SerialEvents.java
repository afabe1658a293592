package dev.trefoil.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a role's listener calls on the handler executor: one at a time, in order.
 *
 * <p>The lock guards the queue and whether a run is under way. Bounded: when a listener has fallen
 * far behind, further events are dropped and logged, rather than kept without end.
 */
final class SerialEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SerialEvents.class);
  private static final int LIMIT = 10_000;

  private final Executor executor;
  private final String label;
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private boolean running;

  SerialEvents(Executor executor, String label) {
    this.executor = executor;
    this.label = label;
  }

  void add(Runnable event) {
    lock.lock();
    try {
      if (queue.size() >= LIMIT) {
        LOG.warn("{}: a listener is {} events behind; one more is dropped", label, LIMIT);
        return;
      }
      queue.add(event);
      if (running) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    try {
      executor.execute(this::run);
    } catch (RuntimeException | Error e) { // the executor is the user's: it may throw anything
      abandon(e);
    }
  }

  private void run() {
    while (true) {
      Runnable event;
      lock.lock();
      try {
        event = queue.poll();
        if (event == null) {
          running = false;
          return;
        }
      } finally {
        lock.unlock();
      }
      try {
        event.run();
      } catch (RuntimeException | Error e) {
        LOG.error("{}: a listener failed; the role goes on", label, e);
      }
    }
  }

  private void abandon(Throwable e) {
    lock.lock();
    try {
      running = false;
      // Kept: the next event tries again, and they are bounded.
      LOG.warn(
          "{}: the executor takes no events; {} wait for the next one", label, queue.size(), e);
    } finally {
      lock.unlock();
    }
  }
}
