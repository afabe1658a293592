package dev.trefoil.samples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.TestCommand;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
  void lateWatcherStartsWithWhatIsPublishedThen() {
    try (TestCommand publisher = publisher("--interval", "1ms")) {
      String at = publisher.bound();
      TestCommand early = TestCommand.here("ticker", "watcher", "--connect", at, "--count", "50");
      assertThat(early.exitCode()).as(early.err()).isZero();
      TestCommand late = TestCommand.here("ticker", "watcher", "--connect", at, "--count", "1");
      assertThat(late.exitCode()).as(late.err()).isZero();
      assertThat(number(late.out())).isGreaterThan(50);
    }
  }

  private static long number(String tick) {
    return Long.parseLong(tick.replaceFirst("(?s)#(\\d+) .*", "$1"));
  }

  private static TestCommand publisher(String... more) {
    return TestCommand.process(
        TestCommand.words("ticker publisher --bind raw://127.0.0.1:0", more));
  }

  /** Slower than a publisher that does not pause. */
  private static TestCommand slowWatcher(TestCommand publisher, int count) {
    return TestCommand.here(
        TestCommand.words(
            "ticker watcher --delay 500us --connect " + publisher.bound(),
            "--count",
            Integer.toString(count)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop_oldest", "drop_newest"})
  void slowWatcherIsToldWhatItMissed(String policy) {
    try (TestCommand publisher = publisher("--interval", "0ms", "--overflow", policy)) {
      TestCommand watcher = slowWatcher(publisher, 3000);
      assertThat(watcher.exitCode()).as(watcher.err()).isZero();
      assertThat(watcher.err())
          .containsPattern("[\\d,]+ prices were dropped before the next one")
          .containsPattern("; missed [\\d,]+");
    }
  }

  @Test
  void blockedPublisherIsAsSlowAsItsSlowestWatcher() {
    try (TestCommand publisher = publisher("--interval", "0ms", "--overflow", "block")) {
      TestCommand watcher = slowWatcher(publisher, 1000);
      assertThat(watcher.exitCode()).as(watcher.err()).isZero();
      assertThat(watcher.err()).doesNotContain("dropped", "missed");
      List<String> ticks = watcher.out().lines().toList();
      long first = number(ticks.get(0));
      assertThat(ticks).extracting(TickerTest::number).endsWith(first + 999);
    }
  }

  @Test
  void slowWatcherIsDisconnectedAndComesBack() {
    try (TestCommand publisher = publisher("--interval", "0ms", "--overflow", "disconnect");
        TestCommand watcher =
            TestCommand.process(
                TestCommand.words("ticker watcher --delay 500us --connect " + publisher.bound()))) {
      publisher.awaitErr("(?s)(lost .*slow subscriber.*){2}");
      watcher.awaitOut("#\\d+ ");
    }
  }
}
