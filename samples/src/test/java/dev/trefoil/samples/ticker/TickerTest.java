package dev.trefoil.samples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import org.junit.jupiter.api.Test;

/** The ticker sample: topics, and a watcher that is too slow. */
class TickerTest {
  @Test
  void watcherSeesTheTopicsThatItWants() {
    try (TestCommand publisher =
        TestCommand.process(
            "ticker", "publisher", "--bind", "raw://127.0.0.1:0", "--interval", "5ms")) {
      TestCommand watcher =
          TestCommand.here(
              "ticker",
              "watcher",
              "--connect",
              publisher.bound(),
              "--topic",
              "price.vetch",
              "--count",
              "3");
      assertThat(watcher.exitCode()).as(watcher.err()).isZero();
      assertThat(watcher.out().lines())
          .hasSize(3)
          .allMatch(l -> l.matches("#\\d+ vetch \\d+\\.\\d\\d"));
    }
  }

  @Test
  void slowWatcherIsToldWhatItMissed() {
    try (TestCommand publisher =
        TestCommand.process(
            "ticker", "publisher", "--bind", "raw://127.0.0.1:0", "--interval", "0ms")) {
      TestCommand watcher =
          TestCommand.here(
              "ticker",
              "watcher",
              "--connect",
              publisher.bound(),
              "--count",
              "3000",
              "--delay",
              "500us");
      assertThat(watcher.exitCode()).as(watcher.err()).isZero();
      assertThat(watcher.err())
          .containsPattern("[\\d,]+ prices were dropped before the next one")
          .containsPattern("; missed [\\d,]+");
    }
  }
}
