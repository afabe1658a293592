package dev.trefoil.samples.shared;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers that have a least value, so that any other is wrong usage. */
public final class Numbers {
  private Numbers() {}

  /** From 0, for a {@code long}. */
  public static final class Count implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return read(text, 0, Long.MAX_VALUE);
    }
  }

  /** From 1, for a {@code long}. */
  public static final class PositiveCount implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return read(text, 1, Long.MAX_VALUE);
    }
  }

  /** From 0, for an {@code int}. */
  public static final class WholeNumber implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) read(text, 0, Integer.MAX_VALUE);
    }
  }

  /** From 1, for an {@code int}. */
  public static final class PositiveNumber implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) read(text, 1, Integer.MAX_VALUE);
    }
  }

  private static long read(String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is too small.
    }
    throw new TypeConversionException(
        "'" + text + "' is not a whole number of at least " + least + " and at most " + most);
  }
}
