package dev.trefoil.benchmarks.contest;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What this process has used so far, as the JVM and the system tell it. */
final class Usage {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Since 21 the JVM keeps the sum itself, threads that ended included. */
  private static final @Nullable Method TOTAL_ALLOCATED = totalAllocated();

  private Usage() {}

  private static @Nullable Method totalAllocated() {
    try {
      return ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** User and system time of all threads. */
  static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }

  /** What all threads have allocated on the heap; before 21 only those that still run. */
  static long allocatedBytes() {
    if (TOTAL_ALLOCATED != null) {
      try {
        return (Long) TOTAL_ALLOCATED.invoke(THREADS);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the JVM does not tell what its threads allocated", e);
      }
    }
    long[] bytes = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
    return Arrays.stream(bytes).filter(count -> count > 0).sum();
  }

  /** Memory of the process in RAM, or -1 where the system has no {@code /proc}. */
  static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return -1;
    }
    return residentBytes(Files.readString(status));
  }

  static long residentBytes(String status) throws IOException {
    for (String line : status.lines().toList()) {
      if (line.startsWith("VmRSS:")) {
        String[] words = line.trim().split("\\s+", -1);
        if (words.length == 3 && words[2].toLowerCase(Locale.ROOT).equals("kb")) {
          return Long.parseLong(words[1]) * 1024;
        }
      }
    }
    throw new IOException("no VmRSS in kB in /proc/self/status");
  }
}
