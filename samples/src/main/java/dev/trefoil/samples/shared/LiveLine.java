package dev.trefoil.samples.shared;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CountDownLatch;
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
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::showUntilClosed, "trefoil-live-line");

  // Only its thread uses these.
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
    thread.setDaemon(true);
    thread.start();
  }

  private void showUntilClosed() {
    try {
      while (!closed.await(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
        show();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does; the line just stays as it is
    }
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
        name, messages, rate, megabytes, queued);
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
    closed.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    console.live("");
  }
}
