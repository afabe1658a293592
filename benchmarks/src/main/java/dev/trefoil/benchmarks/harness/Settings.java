package dev.trefoil.benchmarks.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code benchmarks/run} was told.
 *
 * @param rows which rows, as a regular expression
 * @param rounds how many rounds count
 * @param quick short trials, and no round to warm up
 * @param out where every figure goes, or null
 * @param write the page to write, or null
 * @param list only list the rows
 * @param javaOptions more options for the contestants' JVMs
 * @param command how it was called, for the page
 */
record Settings(
    String rows,
    int rounds,
    boolean quick,
    @Nullable Path out,
    @Nullable Path write,
    boolean list,
    List<String> javaOptions,
    String command) {
  private static final String JAVA_OPTION = "--java-option";
  private static final int ROUNDS = 5;
  private static final int MOST_ROUNDS = 100;

  static Settings parse(Path root, String... arguments) {
    String rows = "";
    int rounds = 0;
    boolean quick = false;
    Path out = null;
    Path write = null;
    boolean list = false;
    List<String> javaOptions = new ArrayList<>();
    Set<String> given = new HashSet<>();
    Iterator<String> words = Arrays.asList(arguments).iterator();
    while (words.hasNext()) {
      String word = words.next();
      if (!given.add(word) && !word.equals(JAVA_OPTION)) {
        throw new IllegalArgumentException(word + " is given twice");
      }
      switch (word) {
        case "--rows" -> rows = value(word, words);
        case "--rounds" -> rounds = rounds(value(word, words));
        case "--quick" -> quick = true;
        case "--out" -> out = Path.of(value(word, words));
        case "--write" -> write = root.resolve("docs").resolve("PERFORMANCE.md");
        case "--list" -> list = true;
        case JAVA_OPTION -> javaOptions.add(value(word, words));
        default -> throw new IllegalArgumentException("there is no option " + word);
      }
    }
    int counted = rounds > 0 ? rounds : quick ? 1 : ROUNDS;
    String command = command(arguments);
    return new Settings(rows, counted, quick, out, write, list, List.copyOf(javaOptions), command);
  }

  /** As a shell takes it. */
  private static String command(String... arguments) {
    StringBuilder command = new StringBuilder("benchmarks/run");
    for (String argument : arguments) {
      boolean plain = argument.matches("[\\w./:=,-]+");
      command.append(' ').append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
    }
    return command.toString();
  }

  /** What follows an option; {@code benchmarks/profile} takes the same. */
  static String value(String name, Iterator<String> words) {
    String value = words.hasNext() ? words.next() : "";
    boolean option = value.startsWith("--") && !name.equals(JAVA_OPTION);
    if (value.isBlank() || option) {
      throw new IllegalArgumentException(
          name + " needs a value" + (option ? ", not " + value : ""));
    }
    return value;
  }

  static int rounds(String text) {
    String wrong = "--rounds " + text + " is not a whole number from 1 to " + MOST_ROUNDS;
    int rounds;
    try {
      rounds = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong, e);
    }
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException(wrong);
    }
    return rounds;
  }
}
