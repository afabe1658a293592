package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.shared.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What every command shares: help, version, and the exit code of a wrong call. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpGoesToStdoutAndSucceeds() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: trefoil");
    assertThat(out.toString()).containsPattern("certs +Make certificates for TLS, and CURVE keys");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void versionIsTheOneThatWasBuilt() {
    assertThat(execute("--version")).isZero();
    assertThat(out.toString()).matches("trefoil \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\R");
  }

  @Test
  void noCommandIsWrongUsage() {
    assertThat(execute()).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("Usage: trefoil");
  }

  @Test
  void unknownOptionIsWrongUsage() {
    assertThat(execute("--nonsense")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--nonsense");
  }

  private int execute(String... arguments) {
    CommandLine line = Main.commandLine(Console.ofProcess());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
