package dev.trefoil.samples.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import org.junit.jupiter.api.Test;

/** {@code bridge} joins two wires in each pattern, whoever of the others listens. */
class BridgeTest {
  private static final String ZMQ = "zmq://127.0.0.1:0";
  private static final String RAW = "raw://127.0.0.1:0";
  private static final String SP = "sp://127.0.0.1:0";

  @Test
  void requestsFromZmqAreAnsweredOverSp() {
    TestCommand rep = TestCommand.here("rep", "--bind", SP, "--echo", "--count", "2");
    try (TestCommand bridge =
        TestCommand.process("bridge", "reqrep", "--from", ZMQ, "--to", rep.bound())) {
      TestCommand req =
          TestCommand.here("req", "--connect", bridge.bound(), "--data", "q{i}", "--count", "2");
      assertThat(req.exitCode()).as(req.err() + bridge.err()).isZero();
      assertThat(req.out()).isEqualTo("q1\nq2\n");
      assertThat(rep.exitCode()).isZero();
      assertThat(bridge.err()).contains("connecting to sp://");
    }
  }

  @Test
  void failureBehindTheBridgeReachesTheOneWhoAsked() {
    try (TestCommand bridge =
        TestCommand.process(
            "bridge",
            "reqrep",
            "--from",
            RAW,
            "--to",
            "connect:raw://127.0.0.1:1",
            "--timeout",
            "300ms")) {
      TestCommand req =
          TestCommand.here("req", "--connect", bridge.bound(), "--data", "q", "--count", "1");
      assertThat(req.exitCode()).isEqualTo(1);
      assertThat(req.err()).contains("trefoil req: ", "raw://127.0.0.1:1");
    }
  }

  @Test
  void topicsSurviveTheBridge() {
    // It goes on until somebody behind the bridge has heard it.
    try (TestCommand pub =
            TestCommand.process(
                TestCommand.words("pub --topic t.x --data m{i} --interval 50ms --bind", RAW));
        TestCommand bridge =
            TestCommand.process("bridge", "pubsub", "--from", pub.bound(), "--to", ZMQ)) {
      TestCommand sub =
          TestCommand.here(
              "sub",
              "--connect",
              bridge.bound(),
              "--topic",
              "t",
              "--count",
              "1",
              "--show-topic",
              "--timeout",
              "20s");
      assertThat(sub.exitCode()).as(sub.err()).isZero();
      assertThat(sub.out()).matches("t\\.x m\\d+\n");
    }
  }

  @Test
  void workIsHandedOnAndAcknowledgedWhenDone() {
    TestCommand pull = TestCommand.here("pull", "--bind", ZMQ, "--count", "3", "--at-least-once");
    try (TestCommand bridge =
        TestCommand.process(
            "bridge", "pushpull", "--from", RAW, "--to", pull.bound(), "--at-least-once")) {
      TestCommand push =
          TestCommand.here(
              "push",
              "--connect",
              bridge.bound(),
              "--data",
              "w{i}",
              "--count",
              "3",
              "--at-least-once");
      assertThat(push.exitCode()).as(push.err()).isZero();
      assertThat(pull.exitCode()).isZero();
      assertThat(pull.out()).isEqualTo("w1\nw2\nw3\n");
    }
  }
}
