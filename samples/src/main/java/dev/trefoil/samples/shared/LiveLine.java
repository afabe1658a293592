package dev.trefoil.samples.shared;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The line on stderr that shows rates and queue depth while a command runs.
 *
 * <p>A thread of its own writes it twice a second; close it to take the line away.
 */
final class LiveLine implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;

  private final Console console;
  private final String name;
  private final Tally tally;
  private final MeterRegistry registry;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "trefoil-live-line");
            thread.setDaemon(true);
            return thread;
          });

  // Only the timer's thread uses these.
  private long lastMessages;
  private long lastBytes;
  private long lastNanos = System.nanoTime();

  LiveLine(Console console, String name, Tally tally, MeterRegistry registry) {
    this.console = console;
    this.name = name;
    this.tally = tally;
    this.registry = registry;
  }

  void start() {
    timer.scheduleAtFixedRate(
        this::show, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void show() {
    long now = System.nanoTime();
    console.live(text(tally.messages(), tally.bytes(), queued(), (now - lastNanos) / 1e9));
    lastNanos = now;
  }

  String text(long messages, long bytes, long queued, double seconds) {
    double rate = (messages - lastMessages) / seconds;
    double megabytes = (bytes - lastBytes) / seconds / 1e6;
    lastMessages = messages;
    lastBytes = bytes;
    return Text.format(
        "%s: %,d messages   %,.0f/s   %,.1f MB/s   %,d queued",
        name,
        messages,
        rate,
        megabytes,
        queued);
  }

  private long queued() {
    double sum = 0;
    for (Gauge gauge : registry.find("trefoil.queue.depth").gauges()) {
      sum += Double.isNaN(gauge.value()) ? 0 : gauge.value();
    }
    return (long) sum;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    console.live("");
  }
}
