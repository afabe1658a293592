package dev.trefoil.benchmarks.harness;

import java.util.Locale;
import java.util.function.DoubleFunction;

/** What can be read off a trial. */
enum Metric {
  /** Messages that arrived in a second. */
  RATE(value -> value >= 1e6 ? format("%.2f M/s", value / 1e6) : format("%.0f k/s", value / 1e3)),
  /** Payload bytes that arrived in a second. */
  BYTES_RATE(value -> format("%.2f GB/s", value / 1e9)),
  /** Round trips, in nanoseconds. */
  P50(Metric::micros),
  /** As P50. */
  P90(Metric::micros),
  /** As P50. */
  P99(Metric::micros),
  /** As P50. */
  P999(Metric::micros),
  /** As P50. */
  MAX(Metric::micros),
  /** User and system time of both processes for each message that arrived, in nanoseconds. */
  CPU(Metric::cpu),
  /** The same of the server's process only. */
  SERVER_CPU(Metric::cpu),
  /** Heap bytes that the server allocated for each message that arrived. */
  SERVER_ALLOCATED(value -> format("%.0f B", value)),
  /** The same of the client. */
  CLIENT_ALLOCATED(value -> format("%.0f B", value)),
  /** Memory of the server's process for each idle connection, in bytes. */
  CONNECTION_MEMORY(value -> format("%.1f KiB", value / 1024)),
  /** Processor time of the server's process, in percent of one core. */
  SERVER_LOAD(value -> format("%.2f %%", value));

  private final DoubleFunction<String> format;

  Metric(DoubleFunction<String> format) {
    this.format = format;
  }

  /** A value as people read it. */
  String show(double value) {
    return format.apply(value);
  }

  private static String micros(double nanos) {
    return format("%.1f µs", nanos / 1e3);
  }

  private static String cpu(double nanos) {
    return nanos < 1e4 ? format("%.0f ns CPU", nanos) : format("%.1f µs CPU", nanos / 1e3);
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
