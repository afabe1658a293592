package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code benchmarks/run}: the table on standard output, progress on standard error. */
public final class RunMain {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private final Settings settings;
  private final List<Row> rows;
  private final PrintStream out;
  private final PrintStream err;

  private RunMain(Settings settings, List<Row> rows, PrintStream out, PrintStream err) {
    this.settings = settings;
    this.rows = rows;
    this.out = out;
    this.err = err;
  }

  /** Runs the contestants; the first argument is the folder of the checkout. */
  public static void main(String[] arguments) throws InterruptedException {
    String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
    System.exit(run(Path.of(arguments[0]), System.out, System.err, options));
  }

  /** Returns the exit code. */
  static int run(Path root, PrintStream out, PrintStream err, String... options)
      throws InterruptedException {
    Settings settings;
    List<Row> rows;
    Figures figures;
    try {
      settings = Settings.parse(root, options);
      rows = Rows.matching(settings.rows());
      if (settings.list()) {
        rows.forEach(row -> out.printf("%-32s %s%n", row.id(), row.title()));
        return 0;
      }
      figures = prepare(settings, err::println);
    } catch (IllegalArgumentException | IOException | TrialException e) {
      err.println("benchmarks: " + e.getMessage());
      err.println("benchmarks/run --help tells the options");
      return EXIT_USAGE;
    }
    try (figures) {
      return new RunMain(settings, rows, out, err).run(figures);
    }
  }

  /** Finds out now what would be a pity to find out in an hour; empties the file as its last. */
  private static Figures prepare(Settings settings, Consumer<String> progress)
      throws IOException, TrialException, InterruptedException {
    Path page = settings.write();
    if (page != null) {
      Page.check(page);
    }
    if (!settings.javaOptions().isEmpty()) {
      ChildProcess.check(settings.javaOptions());
    }
    return Figures.open(settings.out(), progress);
  }

  private int run(Figures figures) throws InterruptedException {
    Pace pace = settings.quick() ? Pace.QUICK : Pace.FULL;
    Results results = new Results(figures::add);
    measure(pace, results);
    String table = Table.of(rows, results);
    out.print(table);
    out.flush();
    List<String> failed = results.failed();
    failed.forEach(err::println);
    boolean written = write(settings.write(), pace, table);
    return failed.isEmpty() && written && figures.areWhole() ? 0 : EXIT_FAILED;
  }

  private void measure(Pace pace, Results results) throws InterruptedException {
    Forecast forecast = new Forecast();
    Consumer<String> progress = line -> err.println("[" + forecast + "] " + line);
    Rounds rounds = new Rounds(rows, forecast.timing(pace, trial(pace)), progress);
    forecast.plan(rounds.works(), pace, settings.rounds());
    if (!settings.quick()) {
      Pace shorter = Pace.QUICK;
      forecast.plan(rounds.works(), shorter, 1);
      new Rounds(rows, forecast.timing(shorter, trial(shorter)), progress).warmUp();
    }
    rounds.run(settings.rounds(), results);
  }

  private Rounds.Runner trial(Pace pace) {
    return new Trial(pace, settings.javaOptions())::run;
  }

  private boolean write(@Nullable Path page, Pace pace, String table) {
    if (page == null) {
      return true;
    }
    try {
      Page.write(page, settings.command(), pace, table);
      return true;
    } catch (IOException e) {
      err.println("the page could not be written: " + e);
      return false;
    }
  }
}
