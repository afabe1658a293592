package dev.trefoil.samples.pattern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** {@code pub} and {@code sub}, in one JVM over {@code inproc}. */
class PubSubTest {
  private String uri;

  @BeforeEach
  void nameEndpoint(TestInfo test) {
    uri = "inproc://" + getClass().getSimpleName() + "-" + test.getTestMethod().get().getName();
  }

  @Test
  void subscribersGetTheirTopicsOnly() {
    TestCommand sub =
        TestCommand.here(
            "sub", "--bind", uri, "--topic", "a", "--topic", "c", "--count", "3", "--show-topic");
    sub.bound();
    assertThat(publish("a.x", "1", "2")).isZero();
    TestCommand unwanted =
        TestCommand.here("pub", "--connect", uri, "--topic", "b", "--data", "no", "--count", "1");
    assertThat(unwanted.exitCode()).isZero();
    assertThat(publish("c", "3")).isZero();

    assertThat(sub.exitCode()).isZero();
    assertThat(sub.out()).isEqualTo("a.x 1\na.x 2\nc 3\n");
  }

  private int publish(String topic, String... lines) {
    byte[] stdin = (String.join("\n", lines) + "\n").getBytes(UTF_8);
    return TestCommand.here(
            stdin, "pub", "--connect", uri, "--topic", topic, "-", "--wait-subscribers", "1")
        .exitCode();
  }

  @Test
  void noTopicWantsEverything() {
    TestCommand sub = TestCommand.here("sub", "--bind", uri, "--count", "2", "--raw");
    sub.bound();
    assertThat(publish("anything", "x", "y")).isZero();

    assertThat(sub.exitCode()).isZero();
    assertThat(sub.out()).isEqualTo("xy");
  }

  @Test
  void nobodyIsWaitedForUnlessAsked() {
    TestCommand pub =
        TestCommand.here("pub", "--bind", uri, "--topic", "t", "--data", "x", "--count", "5");

    assertThat(pub.exitCode()).isZero();
    assertThat(pub.err()).contains("pub: published 5 messages", "0 taken by subscribers' queues");
  }

  @Test
  void waitingForSubscribersFailsWhenNoneComes() {
    TestCommand pub =
        TestCommand.here(
            "pub",
            "--bind",
            uri,
            "--topic",
            "t",
            "--data",
            "x",
            "--count",
            "1",
            "--wait-subscribers",
            "1",
            "--timeout",
            "200ms");

    assertThat(pub.exitCode()).isEqualTo(1);
    assertThat(pub.err()).contains("trefoil pub: 0 of 1 subscribers came within 200ms");
  }

  @Test
  void intervalIsThePauseBetweenMessages() {
    long start = System.nanoTime();
    TestCommand pub =
        TestCommand.here(
            "pub",
            "--bind",
            uri,
            "--topic",
            "t",
            "--data",
            "x",
            "--count",
            "3",
            "--interval",
            "150ms");

    assertThat(pub.exitCode()).isZero();
    assertThat(System.nanoTime() - start).isGreaterThan(300_000_000L);
  }
}
