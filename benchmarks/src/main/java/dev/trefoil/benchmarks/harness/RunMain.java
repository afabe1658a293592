package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code benchmarks/run}: the table on standard output, progress on standard error. */
public final class RunMain {
  private static final int EXIT_USAGE = 2;

  private RunMain() {}

  /** Runs the contestants; the first argument is the folder of the checkout. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (Arrays.asList(arguments).contains("--help")) {
      System.out.print(Settings.USAGE);
      return;
    }
    Settings settings;
    List<Row> rows;
    try {
      String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
      settings = Settings.parse(Path.of(arguments[0]), options);
      rows = Rows.matching(settings.rows());
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.print(Settings.USAGE);
      System.exit(EXIT_USAGE);
      return;
    }
    if (settings.list()) {
      rows.forEach(row -> System.out.printf("%-32s %s%n", row.id(), row.title()));
      return;
    }
    System.out.print(run(settings, rows));
  }

  private static String run(Settings settings, List<Row> rows)
      throws IOException, InterruptedException {
    Pace pace = settings.quick() ? Pace.QUICK : Pace.FULL;
    Trial trial = new Trial(pace, settings.javaOptions());
    Rounds rounds = new Rounds(rows, trial::run, System.err::println);
    if (!settings.quick()) {
      Trial shorter = new Trial(Pace.QUICK, settings.javaOptions());
      new Rounds(rows, shorter::run, System.err::println).warmUp();
    }
    Results results = new Results();
    rounds.run(settings.rounds(), results, () -> keep(settings.out(), results));
    String table = Table.of(rows, results);
    Path page = settings.write();
    if (page != null) {
      Page.write(page, settings.command(), pace, table);
    }
    return table;
  }

  /** After each round, so that an hour that ends too early was not for nothing. */
  private static void keep(@Nullable Path out, Results results) throws IOException {
    if (out != null) {
      Files.write(out, results.csv());
    }
  }
}
