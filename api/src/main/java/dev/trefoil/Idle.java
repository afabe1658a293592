package dev.trefoil;

/** How I/O threads and waiting callers pass the time until something happens. */
public enum Idle {
  /** Look again for a few microseconds while that has paid off lately, then sleep. The default. */
  PARK,
  /**
   * Look again without end: the lowest latency, and one busy core for each waiting thread. Where
   * there are more of them than processors they give one another a turn every ten or twenty
   * microseconds.
   */
  SPIN
}
