package dev.trefoil.benchmarks.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class UsageTest {
  @Test
  void itReadsTheResidentMemoryOffTheStatusOfAProcess() throws IOException {
    String status = "Name:\tjava\nVmPeak:\t  9999 kB\nVmRSS:\t   1234 kB\nThreads:\t20\n";

    assertThat(Usage.residentBytes(status)).isEqualTo(1234L * 1024);
  }

  @Test
  void aStatusWithoutResidentMemoryIsAnError() {
    assertThatIOException().isThrownBy(() -> Usage.residentBytes("Name:\tjava\n"));
  }

  @Test
  void itSeesWhatThisThreadAllocates() {
    Usage.allocatedBytes();
    long before = Usage.allocatedBytes();
    byte[] kept = new byte[8 * 1024 * 1024];
    long after = Usage.allocatedBytes();

    assertThat(after - before).isBetween((long) kept.length, 2L * kept.length);
  }

  @Test
  void theCpuTimeGrowsWithWork() {
    long before = Usage.cpuNanos();
    long end = System.nanoTime() + 5_000_000_000L;
    while (Usage.cpuNanos() - before < 20_000_000 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }

    assertThat(Usage.cpuNanos() - before).isGreaterThanOrEqualTo(20_000_000);
  }
}
