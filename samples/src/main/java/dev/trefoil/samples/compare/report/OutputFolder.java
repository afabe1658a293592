package dev.trefoil.samples.compare.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trefoil.samples.compare.result.CellResult;
import dev.trefoil.samples.compare.result.Results;
import dev.trefoil.samples.compare.trial.Cell;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where {@code --out} points to: all files of one comparison. */
public final class OutputFolder {
  /** HdrHistogram's own plotter expects five points for each halving. */
  private static final int POINTS_FOR_A_HALF = 5;

  private static final double NANOS_IN_A_MICRO = 1_000;

  private final Path folder;

  private OutputFolder(Path folder) {
    this.folder = folder;
  }

  /** Makes it if it is not there, and sees that it can be written: before a long run, not after. */
  public static OutputFolder open(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (!Files.isWritable(folder)) {
      throw new IOException("cannot write to " + folder);
    }
    return new OutputFolder(folder);
  }

  /** Writes all of them; files of an earlier comparison with the same names are replaced. */
  public void write(Results results, Setting setting) throws IOException {
    String json = JsonReport.of(results, setting);
    Files.writeString(folder.resolve("results.json"), json + "\n", UTF_8);
    Files.writeString(page(), HtmlReport.of(results, setting, json), UTF_8);
    Files.writeString(folder.resolve("results.csv"), CsvReport.of(results), UTF_8);
    for (CellResult result : results.cells()) {
      if (result.times().getTotalCount() > 0) {
        percentiles(result);
      }
    }
  }

  private void percentiles(CellResult result) throws IOException {
    Path file = folder.resolve(name(result.cell()));
    try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, UTF_8)) {
      result.times().outputPercentileDistribution(out, POINTS_FOR_A_HALF, NANOS_IN_A_MICRO);
      if (out.checkError()) {
        throw new IOException("cannot write " + file);
      }
    }
  }

  /** Such as {@code request-1-64-raw.hgrm}. */
  static String name(Cell cell) {
    return cell.work().id() + "-" + cell.size() + "-" + cell.contestant().name() + ".hgrm";
  }

  /** What to open first. */
  public Path page() {
    return folder.resolve("report.html");
  }
}
