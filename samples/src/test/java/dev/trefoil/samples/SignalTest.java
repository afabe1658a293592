package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIGINT and SIGTERM: what is in hand is finished, a summary printed, nothing left listening. */
@Execution(ExecutionMode.CONCURRENT)
class SignalTest {
  @ParameterizedTest
  @CsvSource({
    "INT, 130, rep --bind raw://127.0.0.1:0 --echo",
    "TERM, 143, pull --bind zmq://127.0.0.1:0",
    "INT, 130, push --bind raw://127.0.0.1:0 --data x",
    "INT, 130, pub --bind raw://127.0.0.1:0 --topic t --data x --interval 20ms",
    "TERM, 143, sub --bind raw://127.0.0.1:0",
    "INT, 130, req --bind raw://127.0.0.1:0 --data x --timeout 20s",
    "INT, 130, bench pull --bind raw://127.0.0.1:0 --size 8 --count 9",
    "TERM, 143, bridge pushpull --from raw://127.0.0.1:0 --to bind:zmq://127.0.0.1:0",
    "INT, 130, echo server --bind raw://127.0.0.1:0",
    "INT, 130, echo server --lines --bind tcp://127.0.0.1:0",
    "INT, 130, ticker publisher --bind raw://127.0.0.1:0",
    "INT, 130, daytime server --bind zmq://127.0.0.1:0",
    "INT, 130, queue ventilator --bind raw://127.0.0.1:0"
  })
  void signalEndsACommandInOrder(String signal, int code, String arguments) throws Exception {
    try (TestCommand command =
        TestCommand.process(TestCommand.withUsualSignals(), arguments.split(" "))) {
      int port = port(command.bound());
      Duration limit = command.limitOfItsEnd();
      long start = System.nanoTime();
      command.signal(signal);

      assertThat(command.exitCode()).as(command.err()).isEqualTo(code);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
      assertThat(command.err()).contains(": stopped: ");
      assertThat(command.err().lines().filter(line -> line.startsWith("\tat "))).isEmpty();
      assertNobodyListens(port);
    }
  }

  private static int port(String uri) {
    return Integer.parseInt(uri.substring(uri.lastIndexOf(':') + 1));
  }

  private static void assertNobodyListens(int port) throws IOException {
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void requestThatIsUnderWayIsStillAnswered() throws Exception {
    TestCommand rep =
        TestCommand.here(
            "rep",
            "--bind",
            "raw://127.0.0.1:0",
            "--echo",
            "--count",
            "1",
            "--delay",
            "1s",
            "--metrics",
            "0");
    try (TestCommand req =
        TestCommand.process(
            TestCommand.withUsualSignals(), "req", "--connect", rep.bound(), "--data", "late")) {
      rep.awaitCounter("trefoil_messages_received_total", 1);
      req.signal("INT");

      assertThat(req.exitCode()).isEqualTo(130);
      assertThat(req.out()).isEqualTo("late\n");
      assertThat(rep.exitCode()).isZero();
    }
  }

  @Test
  void messageThatIsWorkedOnIsFinishedAndAcknowledged() throws Exception {
    TestCommand push =
        TestCommand.here(
            "push",
            "--bind",
            "raw://127.0.0.1:0",
            "--data",
            "work",
            "--count",
            "1",
            "--at-least-once",
            "--timeout",
            "60s");
    try (TestCommand pull =
        TestCommand.process(
            TestCommand.withUsualSignals(),
            "pull",
            "--connect",
            push.bound(),
            "--at-least-once",
            "--delay",
            "1s",
            "--metrics",
            "0")) {
      pull.awaitCounter("trefoil_messages_received_total", 1);
      pull.signal("TERM");

      assertThat(pull.exitCode()).isEqualTo(143);
      assertThat(pull.out()).isEqualTo("work\n");
      assertThat(push.exitCode()).as(push.err()).isZero();
    }
  }
}
