package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.shared.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Each command that talks, as real processes: what a wrong flag, an unknown scheme, a port in use
 * and nobody at the other end come to, what it measures, and how it ends when it is interrupted.
 */
@Tag("one-jvm")
@Execution(ExecutionMode.CONCURRENT)
class EachCommandTest {
  private static final String ANYWHERE = "raw://127.0.0.1:0";

  /** Names of docs/METRICS.md that each role has, as Prometheus writes them. */
  private static final Set<String> OF_EACH =
      Set.of(
          "trefoil_messages_sent",
          "trefoil_messages_received",
          "trefoil_bytes_sent",
          "trefoil_bytes_received",
          "trefoil_messages_dropped",
          "trefoil_queue_depth",
          "trefoil_peers",
          "trefoil_connects",
          "trefoil_disconnects",
          "trefoil_rejected",
          "trefoil_heartbeats_missed");

  private static final Map<String, Set<String>> OF_ROLE =
      Map.of(
          "requester",
          Set.of(
              "trefoil_requests_seconds", "trefoil_requests_outstanding", "trefoil_replies_late"),
          "replier",
          Set.of("trefoil_handler_seconds"),
          "publisher",
          Set.of(),
          "subscriber",
          Set.of("trefoil_handler_seconds"),
          "pusher",
          Set.of("trefoil_messages_redelivered", "trefoil_messages_dead"),
          "puller",
          Set.of("trefoil_handler_seconds"));

  private static final CommandLine ROOT =
      Main.commandLine(
          Console.of(InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err));

  /** Commands that don't talk, or that have tests like these of their own. */
  static final Set<String> ELSEWHERE = Set.of("certs", "bump", "compare");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rep --echo --bind URI | replier",
        "req --data x --timeout 30s --bind URI | requester",
        "pub --topic t --data x --interval 20ms --bind URI | publisher",
        "sub --bind URI | subscriber",
        "push --data x --timeout 30s --bind URI | pusher",
        "pull --bind URI | puller",
        "bench rep --size 8 --count 9 --bind URI | replier",
        "bench req --size 8 --count 9 --bind URI | requester",
        "bench pub --size 8 --count 9 --bind URI | publisher",
        "bench sub --size 8 --count 9 --bind URI | subscriber",
        "bench push --size 8 --count 9 --bind URI | pusher",
        "bench pull --size 8 --count 9 --bind URI | puller",
        "bridge reqrep --from bind:URI --to bind:raw://127.0.0.1:0 | replier requester",
        "bridge pubsub --from bind:URI --to bind:raw://127.0.0.1:0 | subscriber publisher",
        "bridge pushpull --from bind:URI --to bind:raw://127.0.0.1:0 | puller pusher",
        "echo server --bind URI | replier",
        "echo client --bind URI | requester",
        "queue ventilator --bind URI | pusher",
        "queue worker --from bind:URI --to bind:raw://127.0.0.1:0 | puller pusher",
        "queue sink --bind URI | puller",
        "ticker publisher --bind URI | publisher",
        "ticker watcher --bind URI | subscriber",
        "daytime server --bind URI | replier",
        "daytime client --timeout 30s --bind URI | requester"
      })
  void measuresUnderFixedNamesAndEndsInOrderWhenInterrupted(String line, String roles)
      throws Exception {
    try (TestCommand command =
        TestCommand.processWithPipe(
            TestCommand.withUsualSignals(),
            TestCommand.words(line.replace("URI", ANYWHERE), "--metrics", "0"))) {
      int port = port(command.bound());
      Duration limit = command.limitOfItsEnd();
      if (line.startsWith("echo client")) {
        command.stdin().write("nobody answers\n".getBytes(UTF_8));
        command.stdin().flush();
      }
      assertThat(PrometheusParser.families(command.metricsUrl())).isEqualTo(familiesOf(roles));

      long start = System.nanoTime();
      command.signal("INT");
      assertThat(command.exitCode()).as(command.err()).isEqualTo(130);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
      assertThat(command.err()).contains(": stopped: ").doesNotContain("\tat ");
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  /** What these roles are measured by: no more and no less. */
  private static Set<String> familiesOf(String roles) {
    Set<String> families = new TreeSet<>(OF_EACH);
    for (String role : roles.split(" ", -1)) {
      families.addAll(OF_ROLE.get(role));
    }
    return families;
  }

  /** Its acts have no endpoint of the user's; one after the other keeps it busy for a while. */
  @Test
  void bumpMeasuresUnderFixedNamesAndSaysWhatItDidWhenInterrupted() throws Exception {
    try (TestCommand bump =
        TestCommand.process(
            TestCommand.withUsualSignals(),
            TestCommand.words("bump --metrics 0 4 6 6 6 6 6 6 6 6 6"))) {
      bump.awaitOut("(?s)lesson: .*connected to a peer");
      assertThat(PrometheusParser.families(bump.metricsUrl())).isEqualTo(familiesOf("requester"));
      bump.signal("INT");
      assertThat(bump.exitCode()).as(bump.err()).isEqualTo(130);
      assertThat(bump.err())
          .containsPattern("bump: stopped: [12] acted out, [12] as promised, 0 skipped")
          .doesNotContain("\tat ");
    }
  }

  private static int port(String uri) {
    return Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rep --echo --bind URI",
        "req --data x --bind URI",
        "pub --topic t --data x --bind URI",
        "sub --bind URI",
        "push --data x --bind URI",
        "pull --bind URI",
        "bench rep --size 8 --count 9 --bind URI",
        "bench req --size 8 --count 9 --bind URI",
        "bench pub --size 8 --count 9 --bind URI",
        "bench sub --size 8 --count 9 --bind URI",
        "bench push --size 8 --count 9 --bind URI",
        "bench pull --size 8 --count 9 --bind URI",
        "bridge reqrep --from bind:URI --to raw://127.0.0.1:0",
        "bridge pubsub --from bind:URI --to raw://127.0.0.1:0",
        "bridge pushpull --from bind:URI --to raw://127.0.0.1:0",
        "echo server --bind URI",
        "echo client --bind URI",
        "queue ventilator --bind URI",
        "queue worker --from bind:URI --to bind:raw://127.0.0.1:0",
        "queue sink --bind URI",
        "ticker publisher --bind URI",
        "ticker watcher --bind URI",
        "daytime server --bind URI",
        "daytime client --bind URI"
      })
  void wrongFlagUnknownSchemeAndPortInUseAreTold(String line) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestCommand wrongFlag =
            TestCommand.process(TestCommand.words(line.replace("URI", ANYWHERE), "--nonsense"));
        TestCommand unknownScheme =
            TestCommand.process(TestCommand.words(line.replace("URI", "pigeon://127.0.0.1:0")));
        TestCommand inUse =
            TestCommand.process(
                TestCommand.words(
                    line.replace("URI", "raw://127.0.0.1:" + taken.getLocalPort())))) {
      assertTold(wrongFlag, 2, "--nonsense");
      assertTold(unknownScheme, 2, "pigeon");
      assertTold(inUse, 1, "another socket listens there");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rep --echo | no request came within 300ms",
        "req --data x | no peer was ever connected",
        "pub --topic t --data x --wait-subscribers 1 | within 300ms",
        "sub | no message came within 300ms",
        "push --data x | no peer was ever connected",
        "pull | no message came within 300ms",
        "bench rep --size 8 --count 9 | no request came within 300ms",
        "bench req --size 8 --count 9 | the other side did not come within 300ms",
        "bench pub --size 8 --count 9 | within 300ms",
        "bench sub --size 8 --count 9 | within 300ms",
        "bench push --size 8 --count 9 | the other side did not come within 300ms",
        "bench pull --size 8 --count 9 | within 300ms",
        "queue ventilator | 0 of 1 peers came within 300ms",
        "queue sink | no result came within 300ms",
        "ticker watcher | no price came within 300ms",
        "daytime client | no peer was ever connected",
        "queue worker --to raw://127.0.0.1:1 | no task came within 300ms",
        "echo client | no peer was ever connected"
      })
  void nobodyAtTheOtherEndIsAFailureInPlainWords(String line, String words) throws IOException {
    String where = line.startsWith("queue worker") ? "--from" : "--connect";
    try (TestCommand command =
        TestCommand.processWithPipe(
            TestCommand.words(line, where, "raw://127.0.0.1:1", "--timeout", "300ms"))) {
      command.stdin().write("hello\n".getBytes(UTF_8));
      command.stdin().close();
      assertTold(command, 1, words);
      assertThat(command.err()).contains("raw://127.0.0.1:1");
    }
  }

  private static void assertTold(TestCommand command, int exit, String words) {
    assertThat(command.exitCode()).as(command.err()).isEqualTo(exit);
    assertThat(command.out()).isEmpty();
    assertThat(command.err())
        .contains("trefoil ", words)
        .doesNotContain("\tat ", "should not have happened");
  }

  /** They wait for work until they are told to end: somebody may come yet. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bridge reqrep --from raw://127.0.0.1:0 --to connect:URI",
        "bridge pubsub --from connect:URI --to raw://127.0.0.1:0",
        "bridge pushpull --from raw://127.0.0.1:0 --to connect:URI",
        "echo server --connect URI",
        "ticker publisher --connect URI",
        "daytime server --connect URI"
      })
  void nobodyAtTheOtherEndOfAServerIsToldAndItStays(String line) throws Exception {
    try (TestCommand command =
        TestCommand.process(
            TestCommand.withUsualSignals(),
            TestCommand.words(line.replace("URI", "raw://127.0.0.1:1")))) {
      command.awaitErr("cannot connect to raw://127.0.0.1:1 yet: connection refused");
      command.signal("INT");
      assertThat(command.exitCode()).as(command.err()).isEqualTo(130);
      assertThat(command.err()).contains(": stopped: ").doesNotContain("\tat ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compare --nonsense | --nonsense",
        "compare --transports pigeon | to compare; there are raw",
        "bump --nonsense | --nonsense",
        "bump --transport pigeon | --transport is one of raw, raw+tls",
        "bump 13 | is none of the acts"
      })
  void wrongUsageOfTheOthersIsToldToo(String line, String words) {
    try (TestCommand command = TestCommand.process(TestCommand.words(line))) {
      assertTold(command, 2, words);
    }
  }

  @Test
  void noCommandIsForgottenHere() {
    assertThat(commandsIn("measuresUnderFixedNamesAndEndsInOrderWhenInterrupted"))
        .containsExactlyElementsOf(names());
    assertThat(commandsIn("wrongFlagUnknownSchemeAndPortInUseAreTold"))
        .containsExactlyElementsOf(names());
    Set<String> alone = commandsIn("nobodyAtTheOtherEndIsAFailureInPlainWords");
    alone.addAll(commandsIn("nobodyAtTheOtherEndOfAServerIsToldAndItStays"));
    assertThat(alone).containsExactlyElementsOf(names());
  }

  /** {@code bump} has a test of its own above; whoever else measures must be in a list here. */
  @Test
  void whoeverIsElsewhereMeasuresNothing() {
    Set<String> measuring = new TreeSet<>();
    for (String name : ELSEWHERE) {
      if (ROOT.getSubcommands().get(name).getCommandSpec().findOption("--metrics") != null) {
        measuring.add(name);
      }
    }
    assertThat(measuring).containsExactly("bump");
  }

  /** The commands whose lines a test of this class is given, and those that are elsewhere. */
  private static Set<String> commandsIn(String test) {
    Method method =
        Stream.of(EachCommandTest.class.getDeclaredMethods())
            .filter(candidate -> candidate.getName().equals(test))
            .findFirst()
            .orElseThrow();
    CsvSource table = method.getAnnotation(CsvSource.class);
    String[] lines =
        table == null ? method.getAnnotation(ValueSource.class).strings() : table.value();
    Set<String> commands = new TreeSet<>(ELSEWHERE);
    Stream.of(lines).map(EachCommandTest::nameOf).forEach(commands::add);
    return commands;
  }

  /** The commands that do something: of {@code echo} its server and its client. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>();
    ROOT.getSubcommands()
        .forEach(
            (name, command) -> {
              Set<String> parts = command.getSubcommands().keySet();
              parts.forEach(part -> names.add(name + " " + part));
              if (parts.isEmpty()) {
                names.add(name);
              }
            });
    return names;
  }

  /** Which of them a command line calls. */
  static String nameOf(String line) {
    List<String> words = List.of(line.split(" ", -1));
    boolean alone = ROOT.getSubcommands().get(words.get(0)).getSubcommands().isEmpty();
    return alone ? words.get(0) : words.get(0) + " " + words.get(1);
  }
}
