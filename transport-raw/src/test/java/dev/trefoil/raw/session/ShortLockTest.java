package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ShortLockTest {
  private final ShortLock lock = new ShortLock();
  private long plain;

  @Test
  void onlyOneIsInsideAtATimeAndWhatItWroteIsSeenByTheNext() throws Exception {
    int each = 200_000;
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      all.add(CompletableFuture.runAsync(() -> count(each)));
    }
    for (CompletableFuture<Void> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
    assertThat(plain).isEqualTo(4L * each);
  }

  private void count(int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      lock.lock(); // once more by the same thread
      try {
        plain++;
      } finally {
        lock.unlock();
        lock.unlock();
      }
    }
  }

  @Test
  void whoComesLaterWaitsUntilItIsFree() throws Exception {
    lock.lock();
    CompletableFuture<Void> later = CompletableFuture.runAsync(() -> count(1));
    assertThat(later).as("it is held").failsWithin(50, TimeUnit.MILLISECONDS);
    lock.unlock();
    later.get(60, TimeUnit.SECONDS);
    assertThat(plain).isEqualTo(1);
  }
}
