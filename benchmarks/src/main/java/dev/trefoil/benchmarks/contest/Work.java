package dev.trefoil.benchmarks.contest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one trial does: a contestant and its settings. Two that are equal are the same trial.
 *
 * <p>Get one from {@link #of} or, on the other side of a process, from {@link #parse}. Immutable.
 *
 * @param contestant a name that {@link Contestants} knows
 * @param settings what {@link #KEYS} names
 */
public record Work(String contestant, Map<String, String> settings) {
  /** Every setting there is; a contestant reads those that concern it. */
  private static final Set<String> KEYS =
      Set.of(
          "scheme", // of Trefoil's endpoints
          "size", // of a payload, in bytes
          "assurance", // once or acknowledged
          "outstanding", // requests that wait for their replies
          "subscribers",
          "stalled", // subscribers beside those, which take nothing
          "subscriptions", // topics over all subscribers; 0: one topic that all want
          "idle", // connections that do nothing
          "take", // receive: a thread for each role; inline: a handler on the I/O thread
          "wait", // park or spin
          "overflow"); // default, or block

  /** Checks the settings' names. */
  public Work {
    for (String key : settings.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            "there is no setting '" + key + "'; those are " + KEYS.stream().sorted().toList());
      }
    }
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /** One with settings such as {@code size=64}. */
  public static Work of(String contestant, String... settings) {
    return new Work(contestant, pairs(Arrays.asList(settings)));
  }

  /** Reads what {@link #words} wrote. */
  public static Work parse(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("no contestant was named");
    }
    return new Work(words.get(0), pairs(words.subList(1, words.size())));
  }

  /** The contestant and each setting, to be read by {@link #parse}. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(contestant);
    settings.forEach((key, value) -> words.add(key + "=" + value));
    return words;
  }

  private static Map<String, String> pairs(List<String> words) {
    Map<String, String> pairs = new TreeMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("'" + word + "' is not of the form name=value");
      }
      pairs.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return pairs;
  }

  /** The same with one setting more, or another value of it. */
  public Work with(String key, Object value) {
    Map<String, String> changed = new TreeMap<>(settings);
    changed.put(key, String.valueOf(value));
    return new Work(contestant, changed);
  }

  /** A setting, or what it is when nothing was said. */
  public String text(String key, String otherwise) {
    return settings.getOrDefault(key, otherwise);
  }

  /** A setting that is a whole number, not negative. */
  public int number(String key, int otherwise) {
    String text = settings.get(key);
    if (text == null) {
      return otherwise;
    }
    int number;
    try {
      number = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + "=" + text + " is not a whole number", e);
    }
    if (number < 0) {
      throw new IllegalArgumentException(key + "=" + text + " is negative");
    }
    return number;
  }

  /** Whether a setting has this value. */
  public boolean is(String key, String value) {
    return value.equals(settings.get(key));
  }

  /** The size of a payload. */
  public int size() {
    return number("size", 64);
  }

  @Override
  public String toString() {
    return String.join(" ", words());
  }
}
