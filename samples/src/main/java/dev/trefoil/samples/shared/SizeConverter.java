package dev.trefoil.samples.shared;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes in bytes such as {@code 1024}, {@code 64KiB} and {@code 128MiB}; at most 2 GiB. */
public final class SizeConverter implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,10})(B|KiB|MiB|GiB|KB|MB|GB)?");

  /** A little below 2 GiB: no Java array is larger. */
  private static final int LARGEST = Integer.MAX_VALUE - 64;

  @Override
  public Integer convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a size: write bytes, or a number and its unit, as in 128MiB");
    }
    long amount = Long.parseLong(matcher.group(1));
    long factor = factor(matcher.group(2));
    if (amount > LARGEST / factor) {
      throw new TypeConversionException("'" + text + "' is over 2 GiB, the most a message can be");
    }
    return (int) (amount * factor);
  }

  private static long factor(String unit) {
    return switch (unit == null ? "B" : unit) {
      case "KB" -> 1_000;
      case "MB" -> 1_000_000;
      case "GB" -> 1_000_000_000;
      case "KiB" -> 1 << 10;
      case "MiB" -> 1 << 20;
      case "GiB" -> 1 << 30;
      default -> 1;
    };
  }
}
