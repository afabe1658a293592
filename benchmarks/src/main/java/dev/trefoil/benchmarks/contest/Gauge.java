package dev.trefoil.benchmarks.contest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/**
 * What a contestant counts in while it runs, and how it learns that it is to stop.
 *
 * <p>Any thread may ask; a {@link Tally} and {@link #latency} belong to one thread each.
 */
public final class Gauge {
  /** No trial sends more than this, whatever the time: a bound that none should reach. */
  static final long MOST_MESSAGES = 2_000_000_000L;

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final List<Tally> tallies = new CopyOnWriteArrayList<>();
  private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile boolean recording;

  /**
   * A count that one thread writes and another one reads now and then, on cache lines of its own.
   */
  public static final class Tally {
    private static final int MIDDLE = 16;
    private final AtomicLongArray cells = new AtomicLongArray(2 * MIDDLE);

    private Tally() {}

    /** Counts messages that arrived. */
    public void add(long messages) {
      cells.setOpaque(MIDDLE, cells.getPlain(MIDDLE) + messages);
    }

    private long count() {
      return cells.getOpaque(MIDDLE);
    }
  }

  /** A count for one thread. */
  public Tally newTally() {
    Tally tally = new Tally();
    tallies.add(tally);
    return tally;
  }

  /** How many messages have arrived, over all threads. */
  public long count() {
    return tallies.stream().mapToLong(Tally::count).sum();
  }

  /** Notes a round trip, if those are being recorded now. Called by one thread only. */
  public void latency(long nanos) {
    if (recording) {
      latencies.recordValue(Math.min(nanos, LONGEST_NANOS));
    }
  }

  /** Whether the trial is over. */
  public boolean isStopped() {
    return stopped;
  }

  /** Waits until the trial is over. */
  public void awaitStop() throws InterruptedException {
    stop.await();
  }

  /** Waits until the trial is over, or some time has passed. */
  public boolean awaitStop(Duration timeout) throws InterruptedException {
    return stop.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  void record(boolean on) {
    recording = on;
  }

  void stop() {
    stopped = true;
    stop.countDown();
  }

  /** The round trips; to be read when the thread that records them is done. */
  Histogram latencies() {
    return latencies;
  }
}
