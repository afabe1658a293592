package dev.trefoil.samples.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/**
 * A child that answers as one should until it is given a certain order, which it never answers.
 *
 * <p>It ends with its parent, since its standard input does.
 */
public final class ScriptedChild {
  /** The system property that names the order. */
  static final String HANGS_AT = "hangs.at";

  private ScriptedChild() {}

  /** Runs until stdin ends. */
  public static void main(String[] arguments) throws IOException {
    String last = System.getProperty(HANGS_AT);
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String order = line.split(" ", 2)[0];
        if (!order.equals(last)) {
          System.out.println(answer(order));
          System.out.flush();
        }
      }
    }
  }

  private static String answer(String order) {
    return switch (order) {
      case "first" -> "opened somewhere";
      case "second" -> "joined";
      case "ready" -> "ready";
      case "go" -> "went 7";
      default -> "figures messages=7";
    };
  }
}
