package dev.trefoil;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Holds docs/OPTIONS.md, the one table of defaults in the documents, to what the code has. */
final class OptionsDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "OPTIONS.md");

  @Test
  void theDocumentListsEveryOptionOfARoleWithItsDefault() throws Exception {
    assertThat(table("## Roles")).isEqualTo(defaults(Options.defaults()));
  }

  @Test
  void theDocumentListsEveryOptionOfASocketWithItsDefault() throws Exception {
    assertThat(table("## Sockets")).isEqualTo(defaults(TcpOptions.defaults()));
  }

  /** Option and default, of the rows that start with an option in backquotes. */
  private static Map<String, String> table(String heading) throws IOException {
    String all = Files.readString(DOCUMENT);
    int start = all.indexOf(heading + "\n");
    assertThat(start).as("the heading '%s'", heading).isNotNegative();
    int end = all.indexOf("\n## ", start + 1);
    Map<String, String> rows = new TreeMap<>();
    for (String line : all.substring(start, end < 0 ? all.length() : end).split("\n", -1)) {
      if (line.startsWith("| `")) {
        String[] cells = line.split("\\|", -1);
        String previous = rows.put(cells[1].strip().replace("`", ""), cells[2].strip());
        assertThat(previous).as("%s stands once", line).isNull();
        assertThat(cells[3].strip()).as("what %s means", cells[1]).isNotEmpty();
      }
    }
    return rows;
  }

  private static Map<String, String> defaults(Object options) throws Exception {
    Map<String, String> defaults = new TreeMap<>();
    for (Method getter : options.getClass().getDeclaredMethods()) {
      boolean tells =
          Modifier.isPublic(getter.getModifiers())
              && !Modifier.isStatic(getter.getModifiers())
              && getter.getParameterCount() == 0
              && !getter.getName().equals("toBuilder");
      if (tells) {
        defaults.put(getter.getName(), words(getter.invoke(options)));
      }
    }
    return defaults;
  }

  private static String words(Object value) {
    if (value == null) {
      return "none";
    } else if (value instanceof Duration time) {
      return words(time);
    } else if (value instanceof TcpOptions) {
      return "see below";
    } else if (value instanceof Enum<?> constant) {
      return "`" + constant.name() + "`";
    } else if (value instanceof Number number) {
      long count = number.longValue();
      long mebi = 1024 * 1024;
      return count >= mebi && count % mebi == 0
          ? count / mebi + " MiB"
          : String.format(Locale.ROOT, "%,d", count);
    }
    return "`" + value + "`";
  }

  private static String words(Duration time) {
    if (time.isZero()) {
      return "0";
    }
    return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }

  @Test
  void theEnumsValuesAreExplainedToo() throws Exception {
    String all = Files.readString(DOCUMENT);
    for (Class<? extends Enum<?>> type :
        Arrays.asList(Overflow.class, Assurance.class, Execution.class)) {
      for (Enum<?> constant : type.getEnumConstants()) {
        assertThat(all).contains("`" + constant.name() + "`");
      }
    }
  }
}
