package dev.trefoil.samples.compare.trial;

import java.time.Duration;
import java.util.Locale;

/**
 * One measurement, as both children are told of it.
 *
 * @param rate messages a second, sent at fixed times; 0 is as fast as they go
 * @param warmUp what goes before and does not count
 * @param measured what counts
 */
public record Trial(Cell cell, int rate, Duration warmUp, Duration measured) {
  /** As words of a command line. */
  public String encode() {
    return String.format(
        Locale.ROOT,
        "%s %d %s %d %d %d",
        cell.work().id(),
        cell.size(),
        cell.contestant().name(),
        rate,
        warmUp.toNanos(),
        measured.toNanos());
  }

  /** What {@link #encode} wrote. */
  public static Trial decode(String words) {
    String[] parts = words.split(" ", -1);
    return new Trial(
        new Cell(Work.of(parts[0]), Integer.parseInt(parts[1]), new Contestant(parts[2])),
        Integer.parseInt(parts[3]),
        Duration.ofNanos(Long.parseLong(parts[4])),
        Duration.ofNanos(Long.parseLong(parts[5])));
  }
}
