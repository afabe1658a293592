package dev.trefoil.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Turns values into words, for messages that people read. */
final class Words {
  private Words() {}

  static String seconds(Duration time) {
    long millis = time.toMillis();
    return millis % 1000 == 0 ? TimeUnit.MILLISECONDS.toSeconds(millis) + " s" : millis + " ms";
  }
}
