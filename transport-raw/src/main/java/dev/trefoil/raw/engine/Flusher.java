package dev.trefoil.raw.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * One thread that writes the ends of bursts. A sender in a burst leaves what is too little for a
 * write of its own and hands the connection over, once; this thread wakes up and writes it. While a
 * stream goes on, so that senders fill whole writes by themselves, it looks only now and then.
 */
final class Flusher implements Runnable {
  /** How long it leaves a stream alone. */
  private static final long PAUSE_NANOS = 50_000;

  private final MpscUnboundedArrayQueue<Writer> handed = new MpscUnboundedArrayQueue<>(256);
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean stopped;

  Flusher(String name) {
    thread = new Thread(this, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Has a connection's queue written soon. Any thread; under the connection's lock. */
  void add(Writer writer) {
    handed.offer(writer);
    if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  void join(long millis) throws InterruptedException {
    if (thread.getState() != Thread.State.NEW) {
      thread.join(millis);
    }
  }

  @Override
  public void run() {
    List<Writer> streams = new ArrayList<>();
    List<Writer> stay = new ArrayList<>();
    while (!stopped) {
      for (Writer next = handed.poll(); next != null; next = handed.poll()) {
        streams.add(next);
      }
      for (int i = 0; i < streams.size(); i++) {
        if (streams.get(i).flushTail()) {
          stay.add(streams.get(i));
        }
      }
      streams.clear();
      List<Writer> swap = streams;
      streams = stay;
      stay = swap;
      if (streams.isEmpty()) {
        sleep();
      } else {
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
    }
  }

  private void sleep() {
    asleep = true;
    if (handed.isEmpty() && !stopped) {
      LockSupport.park(this);
    }
    asleep = false;
  }
}
