package dev.trefoil.benchmarks.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
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
  static final String USAGE =
      """
      usage: benchmarks/run [--rows REGEX] [--rounds N] [--quick] [--out FILE] [--write]
        --rows REGEX   only rows whose id has a match; --list shows the ids
        --rounds N     rounds that count, after one to warm up (5; quick: 1, none to warm up)
        --quick        short trials: a look, no figures to rely on
        --out FILE     every figure of every round as CSV
        --write        writes the table into docs/PERFORMANCE.md
        --list         lists the rows and runs nothing
        --help         this text
        --java-option OPTION   for the contestants' JVMs; may be repeated
      """;

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
    Iterator<String> words = Arrays.asList(arguments).iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--rows" -> rows = value(word, words);
        case "--rounds" -> rounds = rounds(value(word, words));
        case "--quick" -> quick = true;
        case "--out" -> out = Path.of(value(word, words));
        case "--write" -> write = root.resolve("docs").resolve("PERFORMANCE.md");
        case "--list" -> list = true;
        case "--java-option" -> javaOptions.add(value(word, words));
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

  private static String value(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return words.next();
  }

  private static int rounds(String text) {
    try {
      int rounds = Integer.parseInt(text);
      if (rounds >= 1 && rounds <= MOST_ROUNDS) {
        return rounds;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--rounds " + text + " is not a number", e);
    }
    throw new IllegalArgumentException("--rounds is between 1 and " + MOST_ROUNDS);
  }
}
