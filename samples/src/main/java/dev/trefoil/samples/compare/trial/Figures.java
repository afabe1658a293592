package dev.trefoil.samples.compare.trial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What a child measured: names and values that fit on one line, {@code sent=12 received=12}.
 *
 * <p>For one thread at a time; nothing to close.
 */
public final class Figures {
  private final Map<String, String> values = new LinkedHashMap<>();

  public void put(String name, double... numbers) {
    values.put(
        name, Arrays.stream(numbers).mapToObj(Double::toString).collect(Collectors.joining(",")));
  }

  /** Exact up to 2^53, which no count here comes near. */
  public void put(String name, long count) {
    put(name, (double) count);
  }

  public void put(String name, String text) {
    values.put(name, text);
  }

  public void put(String name, Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    put(name, Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length)));
  }

  public void putAll(Figures other) {
    values.putAll(other.values);
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** 0 if there is no such figure. */
  public double number(String name) {
    double[] numbers = numbers(name);
    return numbers.length == 0 ? 0 : numbers[0];
  }

  /** Empty if there are no such figures. */
  public double[] numbers(String name) {
    String text = text(name);
    return text.isEmpty()
        ? new double[0]
        : Arrays.stream(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  /** Empty if there is no such text. */
  public String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** An empty one if there is no such histogram. */
  public Histogram histogram(String name) {
    if (!has(name)) {
      return newHistogram();
    }
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text(name))), 0);
    } catch (DataFormatException e) {
      throw new IllegalArgumentException("the histogram " + name + " is damaged", e);
    }
  }

  /** Nanoseconds, three digits, growing as it needs to. */
  public static Histogram newHistogram() {
    return new Histogram(3);
  }

  /** As one line. */
  public String encode() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), UTF_8))
        .collect(Collectors.joining(" "));
  }

  /** What {@link #encode} wrote. */
  public static Figures decode(String line) {
    Figures figures = new Figures();
    for (String word : line.split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        figures.put(
            word.substring(0, equals), URLDecoder.decode(word.substring(equals + 1), UTF_8));
      }
    }
    return figures;
  }
}
