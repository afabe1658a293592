package dev.trefoil.internal;

import java.time.Duration;
import java.util.Objects;

/** Checks arguments where they are set, with messages that name the option. */
public final class Check {
  /** About 292 years: a longer duration does not fit into nanoseconds. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  /** Every transport takes topics up to this. */
  static final int LONGEST_TOPIC = 65_535;

  private Check() {}

  public static Duration positive(Duration value, String name) {
    Duration checked = notNegative(value, name);
    if (checked.isZero()) {
      throw new IllegalArgumentException(name + " must be longer than zero");
    }
    return checked;
  }

  public static Duration notNegative(Duration value, String name) {
    Objects.requireNonNull(value, () -> name + " must not be null");
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative: " + value);
    }
    return value.compareTo(LONGEST) > 0 ? LONGEST : value;
  }

  public static Duration wholeSeconds(Duration value, String name) {
    Duration checked = positive(value, name);
    if (!checked.equals(LONGEST) && !checked.equals(Duration.ofSeconds(checked.toSeconds()))) {
      throw new IllegalArgumentException(name + " must be whole seconds: " + value);
    }
    return checked;
  }

  public static int positive(int value, String name) {
    positive((long) value, name);
    return value;
  }

  public static long positive(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
    return value;
  }

  public static int notNegative(int value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative: " + value);
    }
    return value;
  }

  public static String notBlank(String value, String name) {
    Objects.requireNonNull(value, () -> name + " must not be null");
    if (value.isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank");
    }
    return value;
  }

  /** Checks a topic's bytes: a wire has two of them for the length. */
  static byte[] topic(byte[] topic) {
    if (topic.length > LONGEST_TOPIC) {
      throw new IllegalArgumentException(
          "a topic of " + topic.length + " bytes is over the limit of " + LONGEST_TOPIC);
    }
    return topic;
  }
}
