package dev.trefoil.raw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Codec;
import dev.trefoil.Endpoint;
import dev.trefoil.Messaging;
import dev.trefoil.Pusher;
import dev.trefoil.Replier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clients of docs/examples, as real processes, against real roles. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ExamplesTest {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path EXAMPLES = Path.of("..", "docs", "examples");
  private static final int MOST_LINES = 40;

  /** Runs an example and waits for its end; {@return what it printed} */
  private static String run(String example, Endpoint at, String... arguments) throws Exception {
    if (!Files.isExecutable(PYTHON)) {
      String missing = PYTHON + " is not installed";
      if (Boolean.getBoolean("trefoil.require.all")) {
        Assertions.fail(missing);
      }
      Assumptions.abort(missing);
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            PYTHON.toString(),
            // Without the packages that somebody may have installed: the standard library only.
            "-I",
            "-S",
            EXAMPLES.resolve(example).toString(),
            "127.0.0.1",
            Integer.toString(at.port()));
    builder.command().addAll(List.of(arguments));
    Path output = Files.createTempFile("example", ".txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("%s ends", example).isTrue();
      String printed = Files.readString(output);
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  private static String answer(String text) {
    if (text.equals("bad")) {
      throw new IllegalArgumentException("cannot answer that");
    }
    return text.toUpperCase(Locale.ROOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp"})
  void theRequesterOfV0GetsItsReplies(String scheme) throws Exception {
    try (Messaging messaging = Messaging.create();
        Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), ExamplesTest::answer)) {
      Endpoint at = replier.bind(scheme + "://127.0.0.1:0");

      assertThat(run("v0_requester.py", at, "hello", "", "größer")).isEqualTo("HELLO\n\nGRÖSSER\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "sp"})
  void theRequesterOfV1GetsItsRepliesAndErrors(String scheme) throws Exception {
    try (Messaging messaging = Messaging.create();
        Replier<String, String> replier =
            messaging.replier(Codec.utf8(), Codec.utf8(), ExamplesTest::answer)) {
      Endpoint at = replier.bind(scheme + "://127.0.0.1:0");

      assertThat(run("v1_requester.py", at, "hello", "bad", "again"))
          .isEqualTo("HELLO\nerror: cannot answer that\nAGAIN\n");
    }
  }

  @Test
  void thePullerOfV0GetsItsMessagesInOrder() throws Exception {
    try (Messaging messaging = Messaging.create();
        Pusher<String> pusher = messaging.pusher(Codec.utf8())) {
      Endpoint at = pusher.bind("sp://127.0.0.1:0");
      String large = "x".repeat(300_000);
      Thread pushing = new Thread(() -> pushAll(pusher, "one", "", large, "last"), "pushing");
      pushing.start();

      assertThat(run("v0_puller.py", at, "4")).isEqualTo("one\n\n" + large + "\nlast\n");

      pushing.join(Duration.ofSeconds(10).toMillis());
      assertThat(pushing.isAlive()).isFalse();
    }
  }

  private static void pushAll(Pusher<String> pusher, String... texts) {
    try {
      pusher.awaitPeers(1, Duration.ofSeconds(20));
      for (String text : texts) {
        pusher.push(text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0_requester.py", "v0_puller.py", "v1_requester.py"})
  void anExampleIsShort(String example) throws IOException {
    assertThat(Files.readAllLines(EXAMPLES.resolve(example))).hasSizeLessThanOrEqualTo(MOST_LINES);
  }
}
