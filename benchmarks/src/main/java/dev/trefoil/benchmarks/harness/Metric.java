package dev.trefoil.benchmarks.harness;

import java.util.Locale;

/** What can be read off a trial. */
enum Metric {
  /** Messages that arrived in a second. */
  RATE,
  /** Payload bytes that arrived in a second. */
  BYTES_RATE,
  /** Round trips, in nanoseconds. */
  P50,
  /** As P50. */
  P90,
  /** As P50. */
  P99,
  /** As P50. */
  P999,
  /** As P50. */
  MAX,
  /** User and system time of both processes for each message that arrived, in nanoseconds. */
  CPU,
  /** The same of the server's process only. */
  SERVER_CPU,
  /**
   * The same for each delivery that a publisher at the server queued. Not for each that arrived:
   * with many connections the system's buffers take seconds to fill, and what waits in them is paid
   * for.
   */
  PUBLISHER_CPU,
  /** Heap bytes that the server allocated for each message that arrived. */
  SERVER_ALLOCATED,
  /** The same of the client. */
  CLIENT_ALLOCATED,
  /** Memory of the server's process for each idle connection, in bytes. */
  CONNECTION_MEMORY,
  /** Processor time of the server's process, in percent of one core. */
  SERVER_LOAD;

  /** A value as people read it. */
  String show(double value) {
    return switch (this) {
      case RATE -> rate(value);
      case BYTES_RATE -> format("%.2f GB/s", value / 1e9);
      case P50, P90, P99, P999, MAX -> format("%.1f µs", value / 1e3);
      case CPU, SERVER_CPU, PUBLISHER_CPU ->
          value < 1e4 ? format("%.0f ns", value) : format("%.1f µs", value / 1e3);
      case SERVER_ALLOCATED, CLIENT_ALLOCATED -> format("%.0f B", value);
      case CONNECTION_MEMORY -> format("%.1f KiB", value / 1024);
      case SERVER_LOAD -> format("%.2f %%", value);
    };
  }

  private static String rate(double value) {
    return value >= 1e6 ? format("%.2f M/s", value / 1e6) : format("%.1f k/s", value / 1e3);
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
