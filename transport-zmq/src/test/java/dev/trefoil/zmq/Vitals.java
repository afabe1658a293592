package dev.trefoil.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What this process uses of the machine. */
final class Vitals {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final long MEBIBYTE = 1L << 20;
  private static final long QUIET_MILLIS = 600;
  private static final int WINDOWS = 5;

  private final long memory = memory();

  private Vitals() {}

  static Vitals now() {
    return new Vitals();
  }

  /**
   * A spinning thread takes all of two seconds, each time; 0.6 leave room for the collector and the
   * JIT, which may have more to do at first.
   */
  static void assertNothingSpins() {
    assertNothingSpins(() -> TimeUnit.NANOSECONDS.toMillis(SYSTEM.getProcessCpuTime()));
  }

  /** The same of another process, whose CPU time is asked for in milliseconds. */
  static void assertNothingSpins(LongSupplier processor) {
    long used = usedInTwoSeconds(processor);
    for (int i = 1; i < WINDOWS && used >= QUIET_MILLIS; i++) {
      used = usedInTwoSeconds(processor);
    }
    assertThat(used).as("CPU ms in two seconds").isLessThan(QUIET_MILLIS);
  }

  private static long usedInTwoSeconds(LongSupplier processor) {
    long before = processor.getAsLong();
    pause();
    return processor.getAsLong() - before;
  }

  /** What is measured is what happens while nothing is done. */
  private static void pause() {
    try {
      assertThat(new CountDownLatch(1).await(2, TimeUnit.SECONDS)).isFalse();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  void assertMemoryIsFlat() {
    Node.eventually(() -> memory() - memory < 8 * MEBIBYTE);
  }

  /** Heap that is in use after a collection, and direct buffers. */
  private static long memory() {
    System.gc();
    long sum = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      sum += pool.getMemoryUsed();
    }
    return sum;
  }
}
