package dev.trefoil.samples.daytime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;

/** The daytime sample. */
class DaytimeTest {
  @Test
  void clientPrintsTheServersTime() {
    try (TestCommand server =
        TestCommand.process("daytime", "server", "--bind", "sp://127.0.0.1:0")) {
      TestCommand client = TestCommand.here("daytime", "client", "--connect", server.bound());
      assertThat(client.exitCode()).as(client.err()).isZero();
      ZonedDateTime told =
          ZonedDateTime.parse(client.out().strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
      assertThat(Duration.between(told, ZonedDateTime.now(told.getZone())))
          .isBetween(Duration.ofSeconds(-1), Duration.ofSeconds(60));
    }
  }
}
