package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.shared.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Wrong calls are told from failures: exit 2, one line of why, nothing on stdout. */
class UsageTest {
  private static final Set<String> WITHOUT_ENDPOINTS = Set.of("compare", "bump");

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
        "push --connect inproc://u --data x --wait-peers -1",
        "pub --connect inproc://u --data x --topic t --wait-subscribers few",
        "pull --bind inproc://u --count -1",
        "sub --bind inproc://u --count 1.5",
        "rep --bind inproc://u --echo --count -1",
        "bench push --connect inproc://u --size 64 --count 0",
        "bench req --connect inproc://u --size 64 --count 9 --outstanding 0",
        "ticker publisher --queue 0",
        "ticker publisher --count -1",
        "ticker watcher --count -1",
        "queue sink --tasks 0",
        "queue ventilator --tasks -1",
        "queue ventilator --wait-workers -1",
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
        "daytime",
        "rep --bind inproc://u --echo --tls-cert server.crt",
        "rep --bind zmq://127.0.0.1:0 --echo --tls-ca ca.crt",
        "req --connect raw://127.0.0.1:1 --data x --curve-server-key server.pub",
        "bridge pubsub --from raw://127.0.0.1:0 --to sp://127.0.0.1:0 --curve-allow any",
        "daytime client --tls-ca ca.crt",
        "echo server --lines --bind tcp://127.0.0.1:0 --metrics 0",
        "echo server --lines --connect tcp://127.0.0.1:1",
        "bump --timeout 1s",
        "bump --max-message 1",
        "bump --tls-ca ca.crt",
        "compare surplus",
        "compare --transports raw,carrier-pigeon",
        "compare --transports jeromq",
        "compare --sizes 7",
        "compare --sizes 8MiB",
        "compare --sizes many",
        "compare --rate 0",
        "compare --rate 2000000"
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
    assertThat(names)
        .contains("rep", "req", "pub", "sub", "push", "pull", "bench", "bridge", "compare");
    for (String name : names) {
      assertHelp(name);
      root.getSubcommands().get(name).getSubcommands().keySet().stream()
          .map(part -> name + " " + part)
          .forEach(UsageTest::assertHelp);
    }
  }

  private static void assertHelp(String name) {
    TestCommand command = TestCommand.here(TestCommand.words(name, "--help"));
    assertThat(command.exitCode()).isZero();
    assertThat(command.out()).contains("Usage: trefoil " + name, "Example:\n  ");
    if (!WITHOUT_ENDPOINTS.contains(name)) {
      assertThat(command.out().substring(command.out().indexOf("Example:")))
          .containsPattern("(raw|zmq|sp|raw\\+tls)://127\\.0\\.0\\.1:70");
    }
    assertThat(command.err()).isEmpty();
  }
}
