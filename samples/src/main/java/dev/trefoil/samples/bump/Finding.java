package dev.trefoil.samples.bump;

import dev.trefoil.samples.bump.Witness.Kind;
import dev.trefoil.samples.bump.Witness.Sighting;
import dev.trefoil.samples.shared.Text;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one bump.
 *
 * @param result whether the promise was kept
 * @param words what noticed it, or why it was skipped
 * @param after how long that took
 * @param promise what the contract promises, in words
 */
record Finding(Result result, String words, Duration after, String promise) {
  private static final String MARK = "finding";
  private static final String SEPARATOR = "\t";

  /** Whether the promise was kept. */
  enum Result {
    AS_PROMISED,
    NOT_AS_PROMISED,
    SKIPPED
  }

  static Finding kept(boolean kept, String words, Duration after, String promise) {
    return new Finding(kept ? Result.AS_PROMISED : Result.NOT_AS_PROMISED, words, after, promise);
  }

  static Finding missed(String words, String promise) {
    return new Finding(Result.NOT_AS_PROMISED, words, Duration.ZERO, promise);
  }

  static Finding skipped(String why) {
    return new Finding(Result.SKIPPED, why, Duration.ZERO, "");
  }

  /** As promised if it was seen, is of that kind, and came in time. */
  static Finding within(
      @Nullable Sighting seen, Kind kind, String words, Duration limit, String promise) {
    if (seen == null || seen.kind() != kind) {
      return missed(seen == null ? "nothing was seen" : seen.words(), promise);
    }
    boolean inTime = seen.after().compareTo(limit.plus(Stage.GRACE)) < 0;
    return kept(inTime, words, seen.after(), promise);
  }

  boolean isSkipped() {
    return result == Result.SKIPPED;
  }

  /** One line, for the process that started this one. */
  String toLine() {
    return String.join(
        SEPARATOR, MARK, result.name(), words, Long.toString(after.toNanos()), promise);
  }

  static boolean isLine(String line) {
    return line.startsWith(MARK + SEPARATOR);
  }

  static Finding ofLine(String line) {
    List<String> parts = List.of(line.split(SEPARATOR, -1));
    return new Finding(
        Result.valueOf(parts.get(1)),
        parts.get(2),
        Duration.ofNanos(Long.parseLong(parts.get(3))),
        parts.get(4));
  }

  /** Such as {@code 1.503 s}. */
  static String seconds(Duration time) {
    return Text.format("%.3f s", time.toNanos() / 1e9);
  }
}
