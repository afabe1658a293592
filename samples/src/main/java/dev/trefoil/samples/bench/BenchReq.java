package dev.trefoil.samples.bench;

import dev.trefoil.Codec;
import dev.trefoil.Requester;
import dev.trefoil.samples.shared.Console;
import dev.trefoil.samples.shared.FailedException;
import dev.trefoil.samples.shared.Numbers;
import dev.trefoil.samples.shared.Run;
import dev.trefoil.samples.shared.Text;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks, and prints percentiles of the round trips. */
@Command(
    name = "req",
    footer = {
      "",
      "Example:",
      "  trefoil bench req --connect raw://127.0.0.1:7000 --size 64 --count 40000"
    },
    description = "Ask --count times, and print percentiles of the round trips.")
final class BenchReq extends Side {
  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final int DIGITS = 3;

  @Option(
      names = "--outstanding",
      paramLabel = "K",
      converter = Numbers.PositiveNumber.class,
      description = "How many requests are under way all the time. Default: 1.")
  private int outstanding = 1;

  private final Histogram histogram = new ConcurrentHistogram(LONGEST_NANOS, DIGITS);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  BenchReq(Console console) {
    super(console);
  }

  @Override
  protected void work(Run run) throws Exception {
    Requester<byte[], byte[]> requester =
        run.messaging()
            .requester(
                Codec.bytes(), Codec.bytes(), run.options().requestTimeout(patience(run)).build());
    open(requester, run);
    awaitOtherSide(requester, run);
    long warmUp = count() / 3;
    long measured = count() - warmUp;
    ask(requester, warmUp);
    histogram.reset();
    long start = System.nanoTime();
    ask(requester, measured);
    long nanos = System.nanoTime() - start;
    print("req-rep", figures(measured, nanos));
  }

  private void ask(Requester<byte[], byte[]> requester, long requests) throws Exception {
    if (outstanding == 1) {
      byte[] payload = payload();
      for (long i = 0; i < requests; i++) {
        long start = System.nanoTime();
        requester.request(payload);
        histogram.recordValue(System.nanoTime() - start);
      }
    } else {
      askMany(requester, requests);
    }
  }

  private void askMany(Requester<byte[], byte[]> requester, long requests) throws Exception {
    byte[] payload = payload();
    Semaphore room = new Semaphore(outstanding);
    for (long i = 0; i < requests && failure.get() == null; i++) {
      room.acquire();
      long start = System.nanoTime();
      var unused =
          requester
              .requestAsync(payload)
              .whenComplete(
                  (reply, problem) -> {
                    histogram.recordValue(System.nanoTime() - start);
                    if (problem != null) {
                      failure.compareAndSet(null, problem);
                    }
                    room.release();
                  });
    }
    // Each request ends by itself, at its deadline at the latest.
    room.acquire(outstanding);
    if (failure.get() != null) {
      throw new FailedException("a request failed: " + failure.get().getMessage());
    }
  }

  private String figures(long measured, long nanos) {
    return Text.format(
        "p50_us=%.1f p90_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f req_per_s=%.0f",
        micros(50),
        micros(90),
        micros(99),
        micros(99.9),
        histogram.getMaxValue() / 1e3,
        measured / (Math.max(1, nanos) / 1e9));
  }

  private double micros(double percentile) {
    return histogram.getValueAtPercentile(percentile) / 1e3;
  }
}
