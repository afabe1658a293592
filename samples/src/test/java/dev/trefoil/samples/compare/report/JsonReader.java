package dev.trefoil.samples.compare.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly, so that what is written can be held to the standard. */
public final class JsonReader {
  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /** Maps, lists, texts, doubles, truths and null. */
  public static Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.space();
    if (reader.at != text.length()) {
      throw reader.wrong("the end");
    }
    return value;
  }

  private Object value() {
    space();
    char c = peek();
    if (c == '{') {
      return object();
    } else if (c == '[') {
      return array();
    } else if (c == '"') {
      return text();
    } else if (take("true")) {
      return true;
    } else if (take("false")) {
      return false;
    } else if (take("null")) {
      return null;
    }
    return number();
  }

  private Map<String, Object> object() {
    Map<String, Object> map = new LinkedHashMap<>();
    expect("{");
    space();
    while (!take("}")) {
      if (!map.isEmpty()) {
        expect(",");
        space();
      }
      String name = text();
      space();
      expect(":");
      if (map.containsKey(name)) {
        throw wrong("a name that is not there yet");
      }
      map.put(name, value());
      space();
    }
    return map;
  }

  private List<Object> array() {
    List<Object> list = new ArrayList<>();
    expect("[");
    space();
    while (!take("]")) {
      if (!list.isEmpty()) {
        expect(",");
      }
      list.add(value());
      space();
    }
    return list;
  }

  private String text() {
    expect("\"");
    StringBuilder out = new StringBuilder();
    while (peek() != '"') {
      char c = text.charAt(at++);
      if (c < ' ') {
        throw wrong("no control character");
      }
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = text.charAt(at++);
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case '"', '\\', '/' -> c;
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw wrong("an escape");
    };
  }

  private Double number() {
    int begin = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(begin, at);
    if (!digits.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
      throw wrong("a number");
    }
    return Double.valueOf(digits);
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("more");
    }
    return text.charAt(at);
  }

  private boolean take(String word) {
    boolean there = text.startsWith(word, at);
    at += there ? word.length() : 0;
    return there;
  }

  private void expect(String word) {
    if (!take(word)) {
      throw wrong(word);
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("expected " + expected + " at " + at + " of " + text);
  }
}
