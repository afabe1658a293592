package dev.trefoil.samples.pattern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** {@code req} and {@code rep}, in one JVM over {@code inproc}. */
class ReqRepTest {
  private String uri;

  @BeforeEach
  void nameEndpoint(TestInfo test) {
    uri = "inproc://" + getClass().getSimpleName() + "-" + test.getTestMethod().get().getName();
  }

  @Test
  void echoSendsBackEachRequestInOrder() {
    TestCommand rep = TestCommand.here("rep", "--bind", uri, "--echo", "--count", "3");
    rep.bound();
    TestCommand req = TestCommand.here("req", "--connect", uri, "--data", "q{i}", "--count", "3");

    assertThat(req.exitCode()).isZero();
    assertThat(rep.exitCode()).isZero();
    assertThat(req.out()).isEqualTo("q1\nq2\nq3\n");
    assertThat(rep.out()).isEmpty();
    assertThat(rep.err()).contains("rep: answered: 3 messages, 6 bytes in ");
  }

  @Test
  void fixedReplyHasItsNumber() {
    TestCommand rep = TestCommand.here("rep", "--bind", uri, "--data", "no. {i}", "--count", "2");
    rep.bound();
    TestCommand req =
        TestCommand.here("a\nb\n".getBytes(UTF_8), "req", "--connect", uri, "--idempotent", "-");

    assertThat(req.exitCode()).isZero();
    assertThat(rep.exitCode()).isZero();
    assertThat(req.out()).isEqualTo("no. 1\nno. 2\n");
  }

  @Test
  void rawPrintsRepliesWithoutNewline() {
    TestCommand rep = TestCommand.here("rep", "--bind", uri, "--echo", "--count", "2");
    rep.bound();
    TestCommand req =
        TestCommand.here("req", "--connect", uri, "--data", "x", "--count", "2", "--raw");

    assertThat(req.exitCode()).isZero();
    assertThat(rep.exitCode()).isZero();
    assertThat(req.out()).isEqualTo("xx");
  }

  @Test
  void delayIsTheTimeThatARequestIsWorkedOn() {
    TestCommand rep =
        TestCommand.here("rep", "--bind", uri, "--echo", "--count", "1", "--delay", "300ms");
    rep.bound();
    long start = System.nanoTime();
    TestCommand req = TestCommand.here("req", "--connect", uri, "--data", "x", "--count", "1");

    assertThat(req.exitCode()).isZero();
    assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
    assertThat(rep.exitCode()).isZero();
  }

  @Test
  void delayOfOneRequestDoesNotHoldUpTheNext() {
    TestCommand rep =
        TestCommand.here("rep", "--bind", uri, "--echo", "--count", "4", "--delay", "2s");
    rep.bound();
    long start = System.nanoTime();
    TestCommand[] askers = new TestCommand[4];
    for (int i = 0; i < askers.length; i++) {
      askers[i] = TestCommand.here("req", "--connect", uri, "--data", "x", "--count", "1");
    }
    for (TestCommand req : askers) {
      assertThat(req.exitCode()).isZero();
    }
    assertThat(rep.exitCode()).isZero();
    assertThat(System.nanoTime() - start).isLessThan(7_000_000_000L); // one by one: 8 s
  }

  @Test
  void unansweredRequestFailsAtTheTimeout() {
    TestCommand req =
        TestCommand.here(
            "req", "--connect", uri, "--data", "x", "--count", "1", "--timeout", "300ms");

    assertThat(req.exitCode()).isEqualTo(1);
    assertThat(req.out()).isEmpty();
    assertThat(req.err()).contains("trefoil req: ", "300 ms").doesNotContain("\tat ");
  }
}
