package dev.trefoil.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What this process uses of the machine. */
final class Vitals {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final long MEBIBYTE = 1L << 20;

  private final long memory = memory();

  private Vitals() {}

  static Vitals now() {
    return new Vitals();
  }

  /** A spinning thread takes all of two seconds; 0.6 leave room for the collector and the JIT. */
  static void assertNothingSpins() {
    long before = SYSTEM.getProcessCpuTime();
    pause();
    long used = SYSTEM.getProcessCpuTime() - before;
    assertThat(TimeUnit.NANOSECONDS.toMillis(used)).as("CPU ms in two seconds").isLessThan(600);
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
