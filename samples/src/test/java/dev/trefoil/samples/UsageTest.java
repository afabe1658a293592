package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.shared.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Wrong calls are told from failures: exit 2, one line of why, nothing on stdout. */
class UsageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "push --nonsense",
        "push --data x",
        "push --connect inproc://u",
        "push --connect inproc://u --data x --file y",
        "push --connect inproc://u surplus",
        "push --connect nowhere --data x",
        "push --connect foo://127.0.0.1:7000 --data x",
        "push --connect raw://127.0.0.1:70000 --data x",
        "push --connect inproc://u --data x --interval 10",
        "push --connect inproc://u --data x --count -1",
        "pull --bind inproc://u --timeout 0s",
        "pull --bind inproc://u --max-message 3GiB",
        "pull --bind inproc://u --max-message 0",
        "pull --bind inproc://u --metrics 70000",
        "pub --bind inproc://u --data x",
        "rep --bind inproc://u",
        "rep --bind inproc://u --echo --data x",
        "req --connect inproc://u",
        "sub",
        "bench",
        "bench push --connect inproc://u --size 64",
        "bridge",
        "bridge reqrep --from inproc://u",
        "echo",
        "ticker",
        "daytime"
      })
  void wrongCallsExitWithTwo(String arguments) {
    TestCommand command = TestCommand.here(arguments.split(" "));

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.out()).isEmpty();
    assertThat(command.err()).startsWith("trefoil").doesNotContain("Exception", "\tat ");
  }

  @Test
  void helpOfEachCommandGoesToStdout() {
    CommandLine root =
        Main.commandLine(
            Console.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err));
    List<String> names = List.copyOf(root.getSubcommands().keySet());
    assertThat(names).contains("rep", "req", "pub", "sub", "push", "pull", "bench", "bridge");
    for (String name : names) {
      TestCommand command = TestCommand.here(name, "--help");
      assertThat(command.exitCode()).isZero();
      assertThat(command.out()).contains("Usage: trefoil " + name);
      assertThat(command.err()).isEmpty();
    }
  }
}
