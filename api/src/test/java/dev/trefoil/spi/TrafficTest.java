package dev.trefoil.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TrafficTest {
  @Test
  void nothingThatManyThreadsCountIsLost() throws Exception {
    Traffic traffic = new Traffic();
    int each = 200_000;
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < each; i++) {
                  traffic.add(1, 3);
                }
              }));
    }
    long seen = 0;
    while (seen < each) {
      long now = traffic.messages();
      assertThat(now).as("it never goes back").isGreaterThanOrEqualTo(seen);
      seen = now;
    }
    for (CompletableFuture<Void> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
    assertThat(traffic.messages()).isEqualTo(4L * each);
    assertThat(traffic.bytes()).isEqualTo(12L * each);
  }

  @Test
  void aThreadThatHasTheCountersForItselfIsCountedWithTheOthers() throws Exception {
    Traffic traffic = new Traffic();
    for (int i = 0; i < 5_000; i++) {
      traffic.add(1, 2);
    }
    CompletableFuture.runAsync(() -> traffic.add(10, 20)).get(60, TimeUnit.SECONDS);
    traffic.add(100, 200);
    assertThat(traffic.messages()).isEqualTo(5_110);
    assertThat(traffic.bytes()).isEqualTo(10_220);
  }
}
