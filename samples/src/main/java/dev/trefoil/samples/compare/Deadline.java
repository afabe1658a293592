package dev.trefoil.samples.compare;

import java.time.Duration;

/**
 * When a comparison stops measuring, whatever it waits for. Immutable; any thread may ask.
 *
 * @param atNanos by {@link System#nanoTime}
 */
record Deadline(long atNanos) {
  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** Negative when it has passed. */
  Duration left() {
    return Duration.ofNanos(atNanos - System.nanoTime());
  }
}
