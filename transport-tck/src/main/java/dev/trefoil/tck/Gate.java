package dev.trefoil.tck;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Holds handlers back until the test opens it, and knows how many stand before it. */
final class Gate {
  private static final long LONGEST_SECONDS = 60;

  private final CountDownLatch open = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger arrived = new AtomicInteger();

  /** Called by handlers. */
  void pass() throws InterruptedException {
    arrived.incrementAndGet();
    most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
    try {
      if (!open.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the test never opened the gate");
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  void open() {
    open.countDown();
  }

  /** Waits until so many have come, those that went through included. */
  void awaitArrived(int count, Duration limit) {
    Awaitility.await(count + " handlers to have started")
        .atMost(limit)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> arrived.get() >= count);
  }

  int arrived() {
    return arrived.get();
  }

  /** Says how many stood before it at the same time. */
  int most() {
    return most.get();
  }
}
