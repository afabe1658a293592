package dev.trefoil.benchmarks.harness;

import java.util.Map;

/**
 * What one process had done and used at one moment of its own clock.
 *
 * @param nanos when; only differences within a process mean something
 * @param count messages that arrived
 * @param cpu user and system time, in nanoseconds
 * @param allocated heap bytes
 * @param resident bytes of memory, or -1
 */
record Sample(long nanos, long count, long cpu, long allocated, long resident) {
  static Sample parse(Reply reply) throws TrialException {
    Map<String, Long> numbers = reply.numbers();
    return new Sample(
        number(numbers, "nanos"),
        number(numbers, "count"),
        number(numbers, "cpu"),
        number(numbers, "allocated"),
        number(numbers, "resident"));
  }

  private static long number(Map<String, Long> numbers, String name) throws TrialException {
    Long number = numbers.get(name);
    if (number == null) {
      throw new TrialException("a sample has no " + name + ": " + numbers);
    }
    return number;
  }

  /** What happened from an earlier sample to this one. */
  Sample since(Sample earlier) {
    return new Sample(
        nanos - earlier.nanos,
        count - earlier.count,
        cpu - earlier.cpu,
        allocated - earlier.allocated,
        resident - earlier.resident);
  }

  double perSecond(long value) {
    return value * 1e9 / nanos;
  }
}
