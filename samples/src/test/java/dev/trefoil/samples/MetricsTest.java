package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.MetricsText.Sample;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code --metrics} serves the fixed names as text that a strict parser takes. */
class MetricsTest {
  @Test
  void messagesAreCountedUnderTheirFixedNames() throws Exception {
    try (TestCommand pull =
            TestCommand.process("pull", "--bind", "raw://127.0.0.1:0", "--metrics", "0");
        TestCommand push =
            TestCommand.processWithPipe(
                "push", "--connect", pull.bound(), "--metrics", "0", "--timeout", "20s", "-")) {
      push.stdin().write("one\ntwo\n".getBytes(US_ASCII));
      push.stdin().flush();
      pull.awaitOut("one\ntwo\n");
      // The one who sends counts behind it: it may be at work on that still.
      push.awaitCounter("trefoil_messages_sent_total", 2);

      List<Sample> pulled = MetricsText.read(pull.metricsUrl());
      assertThat(MetricsText.sum(pulled, "trefoil_messages_received_total")).isEqualTo(2);
      assertThat(MetricsText.sum(pulled, "trefoil_bytes_received_total")).isEqualTo(6);
      assertThat(MetricsText.sum(pulled, "trefoil_peers")).isEqualTo(1);
      assertThat(tags(pulled))
          .containsAllEntriesOf(
              Map.of("transport", "raw", "pattern", "push-pull", "role", "puller"));

      List<Sample> pushed = MetricsText.read(push.metricsUrl());
      assertThat(MetricsText.sum(pushed, "trefoil_messages_sent_total")).isEqualTo(2);
      assertThat(pushed).extracting(Sample::name).contains("trefoil_queue_depth");

      push.stdin().close();
      assertThat(push.exitCode()).as(push.err()).isZero();
    }
  }

  private static Map<String, String> tags(List<Sample> samples) {
    return samples.stream()
        .filter(sample -> sample.name().equals("trefoil_messages_received_total"))
        .findFirst()
        .orElseThrow()
        .labels();
  }

  @Test
  void portInUseIsToldInPlainWords() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TestCommand pull =
          TestCommand.here(
              "pull",
              "--bind",
              "inproc://metrics",
              "--metrics",
              Integer.toString(taken.getLocalPort()));
      assertThat(pull.exitCode()).isEqualTo(1);
      assertThat(pull.err()).contains("cannot serve metrics at 127.0.0.1:" + taken.getLocalPort());
    }
  }
}
