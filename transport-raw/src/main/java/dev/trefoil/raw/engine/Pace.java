package dev.trefoil.raw.engine;

/**
 * Tells lone messages from bursts, for one connection or for all of a port that spreads or copies
 * messages. A lone one is written at once by its sender; in a burst they are left for a moment to
 * leave together.
 *
 * <p>Threads race on its plain fields; the worst that comes of it is one write more or less.
 */
final class Pace {
  /** A message that follows a write within this time belongs to a burst. */
  private static final long BURST_NANOS = 5_000;

  private boolean burst;
  private long lastWrite;

  /** {@return whether messages come in a burst} */
  boolean burst() {
    return burst;
  }

  /** {@return whether a message that is sent now should be written at once} */
  boolean alone(long now) {
    if (now - lastWrite < BURST_NANOS) {
      burst = true;
      return false;
    }
    return true;
  }

  /** A write has ended. */
  void wrote(long now) {
    lastWrite = now;
  }

  /** A burst is over: little had come together. */
  void calm() {
    burst = false;
  }
}
