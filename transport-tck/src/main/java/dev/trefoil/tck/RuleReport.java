package dev.trefoil.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Puts the broken rule, in the contract's words, in front of what a failing test says, so that a
 * transport's author need not look it up. JUnit makes it and calls it on the test's thread.
 */
final class RuleReport implements TestExecutionExceptionHandler {
  private static final Pattern HEADING =
      Pattern.compile("^### ([ERPWLM]\\d+) (.+?)$\\R(.*?)(?=^\\*Intent:|^#)", flags());
  private static final Pattern TEST_NAME = Pattern.compile("([erpwlm]\\d+)_should\\w+");

  RuleReport() {}

  private static int flags() {
    return Pattern.MULTILINE | Pattern.DOTALL;
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    Matcher name = TEST_NAME.matcher(context.getRequiredTestMethod().getName());
    if (failure instanceof TestAbortedException || !name.matches()) {
      throw failure;
    }
    String number = name.group(1).toUpperCase(Locale.ROOT);
    throw new AssertionFailedError(
        "rule " + number + " is broken: " + said(failure) + System.lineSeparator() + quote(number),
        failure);
  }

  /** An assertion's own words are enough; of anything else the type says something too. */
  private static String said(Throwable failure) {
    String message = failure.getMessage();
    return failure instanceof AssertionError && message != null
        ? message.strip()
        : failure.toString();
  }

  private static String quote(String number) {
    return "CONTRACT.md, " + number + ": " + rules().getOrDefault(number, "(no such rule)");
  }

  /** Reads the rules that CONTRACT.md has: number to title and text. */
  static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    Matcher heading = HEADING.matcher(contract());
    while (heading.find()) {
      rules.put(heading.group(1), heading.group(2) + ". " + heading.group(3).strip());
    }
    return rules;
  }

  /** Gives CONTRACT.md as it stands. */
  static String contract() {
    try (InputStream in = RuleReport.class.getResourceAsStream("CONTRACT.md")) {
      if (in == null) {
        throw new IllegalStateException("the kit was built without docs/CONTRACT.md");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
