package dev.trefoil.spi.support;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pauses between attempts to connect: exponential with jitter, so that clients of a server that
 * comes back do not all come at once. Not thread-safe.
 */
public final class Backoff {
  private final long minNanos;
  private final long maxNanos;
  private final RandomGenerator random;
  private long ceiling;

  /**
   * Makes one.
   *
   * @param min the first ceiling
   * @param max the last ceiling
   * @param random where the jitter comes from
   */
  public Backoff(Duration min, Duration max, RandomGenerator random) {
    this.minNanos = min.toNanos();
    this.maxNanos = Math.max(minNanos, max.toNanos());
    this.random = random;
    this.ceiling = minNanos;
  }

  /** {@return the next pause in nanoseconds: at random from half the minimum up to the ceiling} */
  public long nextNanos() {
    long floor = minNanos / 2;
    long pause = floor + random.nextLong(Math.max(1, ceiling - floor));
    ceiling = ceiling > maxNanos / 2 ? maxNanos : ceiling * 2;
    return pause;
  }

  /** Starts anew, after a connection that held. */
  public void reset() {
    ceiling = minNanos;
  }
}
