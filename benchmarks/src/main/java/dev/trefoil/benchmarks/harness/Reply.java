package dev.trefoil.benchmarks.harness;

import java.util.Map;
import java.util.TreeMap;

/**
 * A line that a child process said: a word, then numbers by name, or text.
 *
 * @param word such as {@code sample}
 * @param rest all that follows
 */
record Reply(String word, String rest) {
  static Reply parse(String line) {
    int space = line.indexOf(' ');
    return space < 0
        ? new Reply(line, "")
        : new Reply(line.substring(0, space), line.substring(space + 1).trim());
  }

  /** The rest as {@code name=number} pairs. */
  Map<String, Long> numbers() throws TrialException {
    Map<String, Long> numbers = new TreeMap<>();
    if (rest.isEmpty()) {
      return numbers;
    }
    for (String pair : rest.split(" +", -1)) {
      int equals = pair.indexOf('=');
      try {
        numbers.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
      } catch (NumberFormatException | IndexOutOfBoundsException e) {
        throw new TrialException("a child process said '" + word + " " + rest + "'");
      }
    }
    return numbers;
  }
}
