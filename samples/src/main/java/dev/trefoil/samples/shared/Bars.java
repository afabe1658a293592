package dev.trefoil.samples.shared;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Bars made of characters: of blocks where the terminal's charset has them, else of {@code #}. */
public final class Bars {
  private static final String BLOCK =
      Charset.defaultCharset().newEncoder().canEncode('█') ? "█" : "#";

  private Bars() {}

  /** Such as {@code [#### ] 40 of 100}. */
  public static String progress(long done, long total, int width) {
    int filled = total == 0 ? width : (int) (done * width / total);
    return "["
        + BLOCK.repeat(filled)
        + " ".repeat(width - filled)
        + Text.format("] %,d of %,d", done, total);
  }

  /** A line for each entry, its bar as long as its share of the largest. */
  public static List<String> chart(Map<String, Long> values, int width) {
    long largest = values.values().stream().mapToLong(Long::longValue).max().orElse(1);
    int names = values.keySet().stream().mapToInt(String::length).max().orElse(1);
    List<String> lines = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          // What is more than nothing shows.
          int length = value == 0 ? 0 : (int) Math.max(1, value * width / largest);
          String bar = BLOCK.repeat(length) + " ".repeat(width - length);
          lines.add(Text.format("%-" + names + "s  %s  %,d", name, bar, value));
        });
    return lines;
  }
}
