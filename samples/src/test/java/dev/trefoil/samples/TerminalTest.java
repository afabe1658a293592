package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What moves on the screen: only where stderr is a real terminal, and never with --quiet. */
class TerminalTest {
  private static final String CLEAR = "\r\u001b[K";

  /** Runs a command with a pseudo-terminal as its stderr, and passes on what it writes there. */
  private static final String ON_TERMINAL =
      """
      import os, pty, subprocess, sys
      ours, theirs = pty.openpty()
      child = subprocess.Popen(sys.argv[1:], stderr=theirs)
      os.close(theirs)
      while True:
          try:
              written = os.read(ours, 4096)
          except OSError:
              break
          if not written:
              break
          os.write(2, written)
      sys.exit(child.wait())
      """;

  private static final List<String> TERMINAL =
      List.of("env", "TERM=xterm", Foreign.PYTHON, "-c", ON_TERMINAL);

  @BeforeAll
  static void requirePseudoTerminals() throws InterruptedException {
    Foreign.requirePython("pty", "python3");
  }

  @Test
  void ratesAndQueueDepthsAreShownWhileACommandRuns() {
    try (TestCommand pull = TestCommand.process(TERMINAL, pull())) {
      pull.awaitErr("\u001b\\[Kpull: 0 messages   0/s   0\\.0 MB/s   0 queued");
      push(pull.bound().strip());

      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(pull.out()).isEqualTo("x\n");
      assertThat(pull.err())
          .contains("bound raw://")
          .containsPattern("\u001b\\[Kpull: received 1 message, 1 byte");
      // The line is taken away in the end.
      assertThat(pull.err().substring(pull.err().lastIndexOf(CLEAR))).doesNotContain("messages   ");
    }
  }

  @Test
  void whatWaitsIsShownWhileAPullerIsSlow() {
    String[] slow =
        TestCommand.words("pull --bind raw://127.0.0.1:0 --count 20 --delay 200ms --timeout 25s");
    try (TestCommand pull = TestCommand.process(TERMINAL, slow)) {
      String at = pull.bound().strip();
      TestCommand push = TestCommand.here("push", "--connect", at, "--data", "x", "--count", "20");
      assertThat(push.exitCode()).as(push.err()).isZero();
      pull.awaitErr("\u001b\\[Kpull: [1-9]\\d* messages?   \\d+/s   0\\.0 MB/s   [1-9]\\d* queued");
      assertThat(pull.exitCode()).as(pull.err()).isZero();
    }
  }

  @Test
  void aVentilatorShowsItsProgressThere() {
    String[] ventilator =
        TestCommand.words("queue ventilator --bind raw://127.0.0.1:0 --tasks 2 --work 1ms");
    try (TestCommand queue = TestCommand.process(TERMINAL, ventilator)) {
      TestCommand sink =
          TestCommand.here(TestCommand.words("queue sink --bind raw://127.0.0.1:0 --tasks 2"));
      try (TestCommand worker =
          TestCommand.process(
              TestCommand.words(
                  "queue worker --from " + queue.bound().strip() + " --to " + sink.bound()))) {
        assertThat(queue.exitCode()).as(queue.err() + worker.err()).isZero();
        assertThat(queue.err()).containsPattern("\u001b\\[K.*\\[[█ ]+\\] \\d of 2");
        assertThat(sink.exitCode()).as(sink.err()).isZero();
      }
    }
  }

  @Test
  void quietSilencesTheLine() {
    try (TestCommand pull = TestCommand.process(TERMINAL, pull("--quiet"))) {
      push(pull.bound().strip());
      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(pull.err().strip()).matches("bound raw://127.0.0.1:\\d+");
    }
  }

  @Test
  void aPipeGetsNoLine() {
    try (TestCommand pull = TestCommand.process(List.of("env", "TERM=xterm"), pull())) {
      push(pull.bound());
      assertThat(pull.exitCode()).as(pull.err()).isZero();
      assertThat(pull.err()).doesNotContain("\u001b", "\r").contains("pull: received 1 message");
    }
  }

  private static String[] pull(String... more) {
    return TestCommand.words("pull --bind raw://127.0.0.1:0 --count 1 --timeout 25s", more);
  }

  private static void push(String at) {
    TestCommand push = TestCommand.here("push", "--connect", at, "--data", "x", "--count", "1");
    assertThat(push.exitCode()).as(push.err()).isZero();
  }
}
