package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Counts and times messages. The time that counts is cut into slices; the main thread of the child
 * looks at the counters at the end of each, and threads that work only ever touch their own lane.
 *
 * <p>{@link #report} is for the time when nobody works any more.
 */
final class Gauge {
  /** Into how many parts the measured time is cut. */
  static final int SLICES = 20;

  private static final int WARMING_UP = -1;
  private static final int DIGITS_OF_A_SLICE = 2;

  private final List<Lane> lanes = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Lane> ofThread = ThreadLocal.withInitial(this::newLane);
  private final long[] counts = new long[SLICES + 1];
  private final long[] nanos = new long[SLICES + 1];
  private volatile int slice = WARMING_UP;

  /** One thread's counters. */
  final class Lane {
    private final AtomicLong messages = new AtomicLong(); // only its thread writes
    private final AtomicLong errors = new AtomicLong();
    private final Histogram times = Figures.newHistogram();
    private final Histogram[] timesOfSlices = new Histogram[SLICES];
    private volatile String firstError = "";
    private long timed;
    private double nanosInAll;

    private Lane() {
      for (int i = 0; i < SLICES; i++) {
        timesOfSlices[i] = new Histogram(DIGITS_OF_A_SLICE);
      }
    }

    /** A message has arrived, or a reply. */
    void count() {
      messages.setOpaque(messages.getPlain() + 1);
    }

    void error(Throwable failure) {
      if (errors.incrementAndGet() == 1) {
        firstError = String.valueOf(failure.getMessage());
      }
    }

    /** How long a message took. */
    void time(long tookNanos) {
      int now = slice;
      if (now >= 0 && now < SLICES) {
        long took = Math.max(0, tookNanos);
        times.recordValue(took);
        timesOfSlices[now].recordValue(took);
      }
    }

    /** How long the library's own call took, warming up or not: what its meters see as well. */
    void call(long tookNanos) {
      timed++;
      nanosInAll += tookNanos;
    }

    long messages() {
      return messages.get();
    }
  }

  Lane newLane() {
    Lane lane = new Lane();
    lanes.add(lane);
    return lane;
  }

  /** The calling thread's own. */
  Lane lane() {
    return ofThread.get();
  }

  /** Whether sending should end. */
  boolean isOver() {
    return slice >= SLICES;
  }

  /** Messages of all lanes since the beginning. */
  long messages() {
    return lanes.stream().mapToLong(Lane::messages).sum();
  }

  /** Lets the trial's time pass. */
  void measure(Duration warmUp, Duration measured) throws InterruptedException {
    long start = System.nanoTime() + warmUp.toNanos();
    for (int i = 0; i <= SLICES; i++) {
      long end = start + measured.toNanos() * i / SLICES;
      TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
      counts[i] = messages();
      nanos[i] = System.nanoTime();
      slice = i;
    }
  }

  /** All that was counted. */
  Figures report() {
    Histogram times = Figures.newHistogram();
    double[] medians = new double[SLICES];
    double[] tails = new double[SLICES];
    for (int i = 0; i < SLICES; i++) {
      Histogram ofSlice = new Histogram(DIGITS_OF_A_SLICE);
      for (Lane lane : lanes) {
        ofSlice.add(lane.timesOfSlices[i]);
      }
      medians[i] = ofSlice.getValueAtPercentile(50);
      tails[i] = ofSlice.getValueAtPercentile(99);
    }
    lanes.forEach(lane -> times.add(lane.times));
    double[] rates = new double[SLICES];
    for (int i = 0; i < SLICES; i++) {
      rates[i] = perSecond(i, i + 1);
    }
    Figures figures = new Figures();
    figures.put("per_second", perSecond(0, SLICES));
    figures.put("messages", counts[SLICES] - counts[0]);
    figures.put("messages_in_all", messages());
    figures.put("calls", lanes.stream().mapToLong(lane -> lane.timed).sum());
    figures.put("call_nanos", lanes.stream().mapToDouble(lane -> lane.nanosInAll).sum());
    figures.put("errors", lanes.stream().mapToLong(lane -> lane.errors.get()).sum());
    lanes.stream()
        .map(lane -> lane.firstError)
        .filter(error -> !error.isEmpty())
        .findFirst()
        .ifPresent(error -> figures.put("first_error", error));
    figures.put("slice_rates", rates);
    figures.put("slice_medians", medians);
    figures.put("slice_tails", tails);
    figures.put("times", times);
    return figures;
  }

  private double perSecond(int from, int to) {
    return (counts[to] - counts[from]) * 1e9 / Math.max(1, nanos[to] - nanos[from]);
  }

  /** A time that two processes of one machine agree on, in nanoseconds. */
  static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
