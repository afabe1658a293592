package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each command that talks does what it is for, as real processes. */
@Execution(ExecutionMode.CONCURRENT)
class HappyPathTest {
  private static final String RAW = "raw://127.0.0.1:0";

  /** How a command that nothing but a signal ends is ended here. */
  private static final int INTERRUPTED = 130;

  /** They need more than two processes: see the tests below, and those of their packages. */
  private static final Set<String> MORE_THAN_TWO =
      Set.of(
          "bridge reqrep",
          "bridge pubsub",
          "bridge pushpull",
          "queue ventilator",
          "queue worker",
          "queue sink");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rep --echo --count 2 | req --data x{i} --count 2 | x1;x2; | 0",
        "pub --topic t --data x{i} --count 2 --wait-subscribers 1"
            + " | sub --topic t --count 2 --show-topic | t x1;t x2; | 0",
        "push --data x{i} --count 2 --timeout 30s | pull --count 2 | x1;x2; | 0",
        "bench rep --size 8 --count 99 | bench req --size 8 --count 99"
            + " | bench raw req-rep size=8 count=99 p50_us=.*p90_us=.*req_per_s=.*; | 0",
        "bench pub --size 8 --count 99 | bench sub --size 8 --count 99"
            + " | bench raw pub-sub size=8 count=99 msgs_per_s=.* mb_per_s=.*; | 0",
        "bench push --size 8 --count 99 | bench pull --size 8 --count 99"
            + " | bench raw push-pull size=8 count=99 msgs_per_s=.* mb_per_s=.*; | 0",
        "echo server | echo client | hello; | 130",
        "daytime server | daytime client | \\w{3}, \\d+ \\w{3} 20\\d\\d \\d\\d:.*; | 130",
        "ticker publisher --interval 5ms | ticker watcher --topic price.v --count 2"
            + " | #\\d+ vetch [0-9.]+;#\\d+ vetch [0-9.]+; | 130"
      })
  void twoProcessesTalk(String first, String second, String output, int exit) throws Exception {
    try (TestCommand one =
            TestCommand.process(
                TestCommand.withUsualSignals(), TestCommand.words(first, "--bind", RAW));
        TestCommand other =
            TestCommand.processWithPipe(TestCommand.words(second, "--connect", one.bound()))) {
      other.stdin().write("hello\n".getBytes(UTF_8));
      other.stdin().close();
      assertThat(other.exitCode()).as(other.err()).isZero();
      assertThat(other.out()).matches(output.replace(";", "\n"));
      if (exit == INTERRUPTED) {
        one.signal("INT");
      }
      assertThat(one.exitCode()).as(one.err()).isEqualTo(exit);
      assertThat(one.out() + one.err() + other.err()).doesNotContain("\tat ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rep --echo --count 1 | reqrep | req --data x --count 1 | x;",
        "pull --count 2 | pushpull | push --data x{i} --count 2 | x1;x2;",
        "sub --topic t --count 1 --timeout 20s | pubsub"
            + " | pub --topic t --data x --interval 50ms --count 500 | x;"
      })
  void aBridgeJoinsTwoMore(String behind, String pattern, String before, String output)
      throws Exception {
    try (TestCommand last = TestCommand.process(TestCommand.words(behind, "--bind", RAW));
        TestCommand bridge =
            TestCommand.process(
                TestCommand.withUsualSignals(),
                TestCommand.words("bridge " + pattern, "--from", RAW, "--to", last.bound()));
        TestCommand first =
            TestCommand.process(TestCommand.words(before, "--connect", bridge.bound()))) {
      assertThat(last.exitCode()).as(last.err() + first.err() + bridge.err()).isZero();
      if (!pattern.equals("pubsub")) {
        assertThat(first.exitCode()).as(first.err()).isZero();
      }
      assertThat(pattern.equals("reqrep") ? first.out() : last.out())
          .isEqualTo(output.replace(";", "\n"));
      bridge.signal("INT");
      assertThat(bridge.exitCode()).as(bridge.err()).isEqualTo(INTERRUPTED);
      assertThat(bridge.err()).contains("bridge " + pattern + ": stopped: passed on ");
    }
  }

  @Test
  void tasksGoFromTheVentilatorByAWorkerToTheSink() throws Exception {
    try (TestCommand sink = TestCommand.process("queue", "sink", "--bind", RAW, "--tasks", "5");
        TestCommand ventilator =
            TestCommand.process(
                TestCommand.words("queue ventilator --tasks 5 --work 1ms --bind", RAW));
        TestCommand worker =
            TestCommand.process(
                TestCommand.withUsualSignals(),
                TestCommand.words(
                    "queue worker --name ann",
                    "--from",
                    ventilator.bound(),
                    "--to",
                    sink.bound()))) {
      assertThat(ventilator.exitCode()).as(ventilator.err()).isZero();
      assertThat(sink.exitCode()).as(sink.err()).isZero();
      assertThat(sink.err()).containsPattern("ann  █+  5\\R").contains("results of 5 tasks");
      worker.signal("INT");
      assertThat(worker.exitCode()).as(worker.err()).isEqualTo(INTERRUPTED);
      assertThat(worker.err()).contains("queue worker: stopped: ann did 5 messages");
    }
  }

  @Test
  void certificatesAreMadeOnceAndNotOverwritten(@TempDir Path folder) {
    try (TestCommand first = TestCommand.process("certs", folder.toString())) {
      assertThat(first.exitCode()).as(first.err()).isZero();
      assertThat(folder.resolve("server.crt")).exists();
      assertThat(folder.resolve("curve-client.key")).exists();
    }
    try (TestCommand again = TestCommand.process("certs", folder.toString());
        TestCommand wrong = TestCommand.process("certs", "--nonsense", folder.toString())) {
      assertThat(again.exitCode()).isEqualTo(1);
      assertThat(again.err()).contains("ca.crt is there already: use --force");
      assertThat(wrong.exitCode()).isEqualTo(2);
      assertThat(wrong.err()).contains("--nonsense");
    }
  }

  @Test
  void certsEndsWhenItIsInterrupted(@TempDir Path folder) throws Exception {
    try (TestCommand certs =
        TestCommand.process(TestCommand.withUsualSignals(), "certs", folder.toString())) {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !certs.descendants().isEmpty());
      certs.signal("INT");
      assertThat(certs.exitCode()).isEqualTo(INTERRUPTED);
    }
  }

  @Test
  void noCommandIsForgottenHere() throws Exception {
    Set<String> tested = new TreeSet<>(MORE_THAN_TWO);
    CsvSource lines =
        HappyPathTest.class
            .getDeclaredMethod(
                "twoProcessesTalk", String.class, String.class, String.class, int.class)
            .getAnnotation(CsvSource.class);
    for (String line : lines.value()) {
      Arrays.stream(line.split("\\|", -1))
          .limit(2)
          .map(String::strip)
          .map(EachCommandTest::nameOf)
          .forEach(tested::add);
    }
    tested.addAll(EachCommandTest.ELSEWHERE);
    assertThat(tested).containsAll(EachCommandTest.names());
  }
}
