package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final Path ROOT = Path.of("checkout");

  @Test
  void withoutOptionsAllRowsRunFiveRounds() {
    Settings settings = Settings.parse(ROOT);

    assertThat(settings.rounds()).isEqualTo(5);
    assertThat(Rows.matching(settings.rows())).isEqualTo(Rows.all());
    assertThat(settings.write()).isNull();
    assertThat(settings.command()).isEqualTo("benchmarks/run");
  }

  @Test
  void eachOptionIsTaken() {
    Settings settings =
        Settings.parse(
            ROOT,
            "--rows",
            "push",
            "--rounds",
            "3",
            "--quick",
            "--out",
            "a.csv",
            "--write",
            "--java-option",
            "-Xmx1g");

    assertThat(settings.rows()).isEqualTo("push");
    assertThat(settings.rounds()).isEqualTo(3);
    assertThat(settings.quick()).isTrue();
    assertThat(settings.out()).isEqualTo(Path.of("a.csv"));
    assertThat(settings.write()).isEqualTo(ROOT.resolve("docs/PERFORMANCE.md"));
    assertThat(settings.javaOptions()).containsExactly("-Xmx1g");
    assertThat(settings.command()).startsWith("benchmarks/run --rows push");
    assertThat(Settings.parse(ROOT, "--rows", "^(a|b)$", "--java-option", "-Dx='1'").command())
        .isEqualTo("benchmarks/run --rows '^(a|b)$' --java-option '-Dx='\\''1'\\'''");
  }

  @Test
  void aQuickRunHasOneRound() {
    assertThat(Settings.parse(ROOT, "--quick").rounds()).isEqualTo(1);
  }

  private static void assertRefused(String why, String... options) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.parse(ROOT, options))
        .withMessageContaining(why);
  }

  @Test
  void whatIsNoOptionOrHasNoValueIsRefused() {
    assertRefused("no option --fast", "--fast");
    for (String option : List.of("--rows", "--rounds", "--out", "--java-option")) {
      assertRefused(option + " needs a value", option);
      assertRefused(option + " needs a value", option, "");
    }
    assertRefused("--out needs a value, not --quick", "--out", "--quick");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "101", "99999999999999", "x", "1.5"})
  void roundsAreAWholeNumberFromOneToAHundred(String rounds) {
    assertRefused(rounds + " is not a whole number from 1 to 100", "--rounds", rounds);
  }

  @Test
  void anOptionIsGivenOnceUnlessItIsForTheJvm() {
    assertRefused("--rounds is given twice", "--rounds", "1", "--quick", "--rounds", "2");
    assertRefused("--quick is given twice", "--quick", "--quick");
    assertThat(Settings.parse(ROOT, "--java-option", "-a", "--java-option", "--b=c").javaOptions())
        .containsExactly("-a", "--b=c");
  }

  @Test
  void theHelpOfTheScriptNamesTheOptionsThatThereAre() throws IOException {
    String script = Files.readString(Path.of("run"));
    Set<String> named =
        Pattern.compile("(?m)^  (--[a-z-]+)")
            .matcher(script)
            .results()
            .map(option -> option.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).contains("--rows", "--help", "--java-option");

    named.remove("--help");
    for (String option : named) {
      Throwable thrown = catchThrowable(() -> Settings.parse(ROOT, option, "1"));
      assertThat(String.valueOf(thrown)).doesNotContain("no option " + option);
    }
  }
}
