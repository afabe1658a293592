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
  /** How long it leaves a stream alone at first. */
  static final long PAUSE_NANOS = 50_000;

  /** And from then on, while it goes on: each look costs a wake-up. */
  static final long STREAM_NANOS = 200_000;

  /** How long it lets acknowledgements gather, whose senders write by themselves when many have. */
  static final long GATHER_NANOS = 500_000;

  /** With many connections it rests for longer, so that more comes together for each write... */
  private static final int REST_FOR_WORK = 4;

  /** ...but no longer than this. */
  private static final long LONGEST_REST_NANOS = 400_000;

  private final MpscUnboundedArrayQueue<Writer> handed = new MpscUnboundedArrayQueue<>(256);
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean called;
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
    look();
  }

  /** Has it look at what it has sooner than it meant to. Any thread. */
  void look() {
    called = true;
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
      long pause = GATHER_NANOS;
      called = false;
      long began = System.nanoTime();
      for (Writer next = handed.poll(); next != null; next = handed.poll()) {
        streams.add(next);
      }
      for (int i = 0; i < streams.size(); i++) {
        long again = flushTail(streams.get(i));
        if (again > 0) {
          stay.add(streams.get(i));
          pause = Math.min(pause, again);
        }
      }
      streams.clear();
      List<Writer> swap = streams;
      streams = stay;
      stay = swap;
      if (streams.isEmpty() || pause > PAUSE_NANOS) {
        sleep(streams.isEmpty() ? Long.MAX_VALUE : pause);
      } else {
        long worked = System.nanoTime() - began;
        LockSupport.parkNanos(
            this, Math.max(pause, Math.min(LONGEST_REST_NANOS, REST_FOR_WORK * worked)));
      }
    }
  }

  private static long flushTail(Writer writer) {
    try {
      return writer.flushTail();
    } catch (RuntimeException | Error e) { // the others' are written nonetheless
      writer.failed(e);
      return 0;
    }
  }

  /** Whoever hands something over ends it. */
  private void sleep(long nanos) {
    asleep = true;
    if (!called && handed.isEmpty() && !stopped) {
      LockSupport.parkNanos(this, nanos);
    }
    asleep = false;
  }
}
