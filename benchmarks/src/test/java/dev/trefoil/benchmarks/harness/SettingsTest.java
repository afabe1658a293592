package dev.trefoil.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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

  @Test
  void whatIsNoOptionOrHasNoValueIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.parse(ROOT, "--fast"));
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.parse(ROOT, "--rounds"));
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.parse(ROOT, "--rounds", "0"));
    assertThatIllegalArgumentException().isThrownBy(() -> Settings.parse(ROOT, "--rounds", "x"));
  }
}
