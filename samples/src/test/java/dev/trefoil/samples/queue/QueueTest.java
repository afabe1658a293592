package dev.trefoil.samples.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The queue sample loses no task when a worker is killed. */
class QueueTest {
  @Test
  void sinkShowsWhoDidTheWork() {
    String uri = "raw://127.0.0.1:0";
    TestCommand sink = TestCommand.here("queue", "sink", "--bind", uri, "--tasks", "20");
    TestCommand ventilator =
        TestCommand.here("queue", "ventilator", "--bind", uri, "--tasks", "20", "--work", "5ms");
    try (TestCommand worker = worker("ann", ventilator.bound(), sink.bound())) {
      assertThat(ventilator.exitCode()).as(ventilator.err()).isZero();
      assertThat(sink.exitCode()).as(sink.err()).isZero();
      assertThat(sink.err()).containsPattern("ann  \\S+  20\\R");
      assertThat(sink.err()).contains("queue sink: results of 20 tasks, 0 came twice");
      assertThat(worker.out()).isEmpty();
    }
  }

  @Test
  void noTaskIsLostWhenAWorkerIsKilled() {
    String uri = "raw://127.0.0.1:0";
    String sure = "--at-least-once";
    TestCommand sink = TestCommand.here("queue", "sink", "--bind", uri, "--tasks", "80", sure);
    TestCommand ventilator =
        TestCommand.here(
            "queue",
            "ventilator",
            "--bind",
            uri,
            "--tasks",
            "80",
            "--work",
            "20ms",
            sure,
            "--wait-workers",
            "2");
    try (TestCommand ann = worker("ann", ventilator.bound(), sink.bound(), sure);
        TestCommand bob = worker("bob", ventilator.bound(), sink.bound(), sure)) {
      ventilator.awaitErr("waiting for 2 workers");
      ann.awaitCounter("trefoil_messages_received_total", 3);
      ann.close();
      assertThat(ventilator.exitCode()).as(ventilator.err()).isZero();
      assertThat(sink.exitCode()).as(sink.err()).isZero();
      assertThat(sink.err()).contains("queue sink: results of 80 tasks");
    }
  }

  private static TestCommand worker(String name, String from, String to, String... more) {
    String[] arguments = {
      "queue", "worker", "--name", name, "--from", from, "--to", to, "--metrics", "0"
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return TestCommand.process(all);
  }
}
