package dev.trefoil.benchmarks.harness;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/**
 * The page with the figures. What stands between its two marks is written anew, everything else on
 * it is left as it is.
 */
final class Page {
  private static final String BEGIN = "<!-- measured: begin -->";
  private static final String END = "<!-- measured: end -->";
  private static final long MEBIBYTE = 1024 * 1024;

  private Page() {}

  /** Fails if the page could not be written: told before there is anything to write. */
  static void check(Path file) throws IOException {
    boolean there = Files.exists(file);
    if (there && !(Files.isRegularFile(file) && Files.isWritable(file))) {
      throw new IOException(file + " cannot be written");
    }
    if (there) {
      replace(Files.readString(file), "");
    }
  }

  static void write(Path file, String command, Pace pace, String table) throws IOException {
    String before = Files.exists(file) ? Files.readString(file) : "# Performance\n";
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, replace(before, measured(command, pace, table)));
  }

  /** Puts the new text between the marks, or marks and text at the end if there are none. */
  static String replace(String page, String measured) throws IOException {
    String block = BEGIN + "\n" + measured + END;
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 && end < 0) {
      return page + "\n" + block + "\n";
    }
    if (begin < 0 || end < begin) {
      throw new IOException(
          "the page must have both marks, " + BEGIN + " before " + END + ", or neither");
    }
    return page.substring(0, begin) + block + page.substring(end + END.length());
  }

  static String measured(String command, Pace pace, String table) throws IOException {
    return "Measured by `"
        + command
        + "` on "
        + LocalDate.now(ZoneOffset.UTC)
        + ".\n\n- Machine: "
        + machine()
        + "\n- JVM: "
        + System.getProperty("java.vm.name")
        + " "
        + Runtime.version()
        + "\n\nTwo processes on the loopback interface. Medians of all rounds; a ratio is taken"
        + " within a round. What\nhappens in the first "
        + seconds(pace.warmUp())
        + " of "
        + seconds(pace.warmUp().plus(pace.counted()))
        + " seconds is left out.\n\n"
        + table;
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private static String machine() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    String memory = "";
    if (system instanceof com.sun.management.OperatingSystemMXBean more) {
      memory = ", " + more.getTotalMemorySize() / MEBIBYTE + " MiB";
    }
    return String.format(
        Locale.ROOT,
        "%s, %d processors%s, %s %s",
        processor(Path.of("/proc/cpuinfo")),
        system.getAvailableProcessors(),
        memory,
        system.getName(),
        system.getVersion());
  }

  private static String processor(Path cpuInfo) throws IOException {
    List<String> lines =
        Files.isReadable(cpuInfo) ? Files.readAllLines(cpuInfo, StandardCharsets.UTF_8) : List.of();
    return lines.stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse(System.getProperty("os.arch", "unknown processor"));
  }
}
