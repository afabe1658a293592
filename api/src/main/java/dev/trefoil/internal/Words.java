package dev.trefoil.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Turns values into words, for messages that people read. */
final class Words {
  private Words() {}

  static String seconds(Duration time) {
    long millis = time.toMillis();
    if (millis == 0 && !time.isZero()) {
      return time.toNanos() + " ns"; // not "0 s": that would blame a time-out nobody asked for
    }
    return millis % 1000 == 0 ? TimeUnit.MILLISECONDS.toSeconds(millis) + " s" : millis + " ms";
  }
}
