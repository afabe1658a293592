package dev.trefoil.samples.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** The line that changes in place, and the lines above it. */
class LiveLineTest {
  private static final String CLEAR = "\r\033[K";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      Console.of(
          InputStream.nullInputStream(),
          OutputStream.nullOutputStream(),
          new PrintStream(err, true, UTF_8));

  @Test
  void ratesAreOfTheTimeSinceTheLastLine() {
    try (LiveLine line = new LiveLine(console, "push", new Tally(), new SimpleMeterRegistry())) {
      assertThat(line.text(1_000, 4_000_000, 7, 0.5))
          .isEqualTo("push: 1,000 messages   2,000/s   8.0 MB/s   7 queued");
      assertThat(line.text(1_500, 4_000_000, 0, 1))
          .isEqualTo("push: 1,500 messages   500/s   0.0 MB/s   0 queued");
    }
  }

  @Test
  void noteStandsAboveTheLiveLine() {
    console.note("bound x");
    console.live("50 %");
    console.note("note");
    console.live("");
    console.note("end");

    assertThat(err.toString(UTF_8).replace("\r\n", "\n"))
        .isEqualTo("bound x\n" + CLEAR + "50 %" + CLEAR + "note\n" + "50 %" + CLEAR + "end\n");
  }
}
