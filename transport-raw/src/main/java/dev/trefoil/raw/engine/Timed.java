package dev.trefoil.raw.engine;

import org.jspecify.annotations.Nullable;

/** Something of a loop that looks at the time now and then. Confined to its loop. */
abstract class Timed {
  /** Its entry in the loop's queue, or null. */
  @Nullable Due due;

  /**
   * Looks at the time.
   *
   * @return when to call again, or Long.MAX_VALUE for never
   */
  abstract long tick(long now);

  /** A place in the loop's queue; without owner it is void. */
  static final class Due {
    final long at;
    @Nullable Timed owner;

    Due(long at, Timed owner) {
      this.at = at;
      this.owner = owner;
    }
  }

  /** {@return the earlier of two times, of which Long.MAX_VALUE is never} */
  static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return a == Long.MAX_VALUE ? b : a;
    }
    return a - b < 0 ? a : b;
  }
}
