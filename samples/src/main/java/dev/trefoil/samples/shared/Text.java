package dev.trefoil.samples.shared;

import java.time.Duration;
import java.util.Locale;

/** How numbers and times are written for people: the same in every locale. */
public final class Text {
  private Text() {}

  public static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  /** Such as {@code 500ms} or {@code 10s}: as the user writes it. */
  public static String of(Duration time) {
    return time.toMillis() % 1_000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
  }
}
