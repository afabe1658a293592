package dev.trefoil.samples.compare.report;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON: maps, iterables, texts, numbers, truths and null. It reads none, which is why there
 * is no library.
 */
final class Json {
  private Json() {}

  /** One line. Also safe within a page's script element: it has no {@code <}. */
  static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    append(value, out);
    return out.toString();
  }

  private static void append(@Nullable Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      String separator = "{";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(separator);
        text(String.valueOf(entry.getKey()), out);
        out.append(':');
        append(entry.getValue(), out);
        separator = ",";
      }
      out.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof Iterable<?> list) {
      out.append('[');
      for (Iterator<?> items = list.iterator(); items.hasNext(); ) {
        append(items.next(), out);
        out.append(items.hasNext() ? "," : "");
      }
      out.append(']');
    } else if (value instanceof Double number) {
      number(number, out);
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      text(value.toString(), out);
    }
  }

  /** JSON has no infinity and no NaN. Below a billionth nothing here means anything. */
  private static void number(double number, StringBuilder out) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      out.append("null");
    } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      out.append((long) number);
    } else {
      out.append(String.format(Locale.ROOT, "%.6g", number));
    }
  }

  private static void text(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        default -> {
          if (c < ' ' || c == '<' || c == '\u2028' || c == '\u2029') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
