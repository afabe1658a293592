package dev.trefoil.samples.compare.report;

import dev.trefoil.samples.compare.result.CellResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers for people. */
public final class Words {
  private Words() {}

  /** Such as {@code 64 B} or {@code 64 KiB}. */
  public static String size(int bytes) {
    if (bytes >= 1 << 20 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + " MiB";
    }
    return bytes >= 1 << 10 && bytes % (1 << 10) == 0 ? (bytes >> 10) + " KiB" : bytes + " B";
  }

  /** What went wrong and what was cut short, each with whom it happened to. */
  static List<String> troubles(CellResult result) {
    List<String> troubles = new ArrayList<>();
    String who = size(result.cell().size()) + ", " + result.cell().contestant().name() + ": ";
    if (result.errors() > 0) {
      troubles.add(who + result.firstError().replaceAll("\\s+", " "));
    }
    if (!result.cutShort().isEmpty()) {
      troubles.add(who + result.cutShort());
    }
    return troubles;
  }

  /** With three digits that mean something, or all in front of the point. */
  static String figure(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    String form = value < 10 ? "%,.2f" : value < 100 ? "%,.1f" : "%,.0f";
    return String.format(Locale.ROOT, form, value);
  }

  /** Such as {@code 12.3 %}; what is nothing is 0. */
  static String share(double share) {
    if (share == 0) {
      return "0";
    }
    return share < 0.001 ? "<0.1%" : String.format(Locale.ROOT, "%.1f%%", share * 100);
  }
}
