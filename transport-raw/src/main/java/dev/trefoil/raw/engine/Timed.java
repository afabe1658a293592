package dev.trefoil.raw.engine;

/** Something of a loop that looks at the time now and then. Confined to its loop. */
abstract class Timed {
  private static final int LEAST_PARTS = 50;

  /** Of one that has none. */
  static final int NO_SEAT = -1;

  /** Its seat among the loop's {@link Deadlines}, once a time was set. */
  int seat = NO_SEAT;

  /**
   * Looks at the time.
   *
   * @return when to call again, or Long.MAX_VALUE for never
   */
  abstract long tick(long now);

  /**
   * {@return a time, put off by less than a fiftieth of what is left until then} Times that are
   * about as far away fall on the same few moments, so that a loop wakes up once for many
   * connections.
   */
  static long rounded(long at, long now) {
    if (at == Long.MAX_VALUE || at - now < LEAST_PARTS) {
      return at;
    }
    long grain = Long.highestOneBit((at - now) / LEAST_PARTS);
    return (at + grain - 1) & -grain;
  }

  /** {@return the earlier of two times, of which Long.MAX_VALUE is never} */
  static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return a == Long.MAX_VALUE ? b : a;
    }
    return a - b < 0 ? a : b;
  }
}
