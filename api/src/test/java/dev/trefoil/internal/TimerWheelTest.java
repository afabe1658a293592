package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimerWheelTest {
  private final TimerWheel timer = new TimerWheel("test-" + System.identityHashCode(this));

  @AfterEach
  void close() {
    timer.close();
  }

  private boolean hasThread() {
    String name = "trefoil-test-" + System.identityHashCode(this) + "-timer";
    return Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().equals(name));
  }

  @Test
  void itsThreadStartsWithTheFirstTaskAndEndsWithIt() {
    assertThat(hasThread()).isFalse();
    timer.schedule(0, () -> {});
    assertThat(hasThread()).isTrue();
    timer.close();
    timer.close();
    await().atMost(Waiting.LIMIT).until(() -> !hasThread());
    timer.schedule(0, () -> {});
    assertThat(hasThread()).as("a closed one starts no thread").isFalse();
  }

  @Test
  void tasksRunInOrderAndNeverEarly() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Long> early = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(20);
    // From the timer's own thread, so that no task runs before the last one is there.
    timer.schedule(0, () -> scheduleBackwards(order, early, all));
    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(order).isSorted();
    assertThat(early).isEmpty();
  }

  private void scheduleBackwards(List<Integer> order, List<Long> early, CountDownLatch all) {
    long start = timer.nanoTime() + Duration.ofSeconds(3).toNanos(); // none is due meanwhile
    for (int i = 19; i >= 0; i--) {
      int index = i;
      long due = start + Duration.ofMillis(10L * i).toNanos();
      timer.schedule(
          due - timer.nanoTime(),
          () -> {
            if (timer.nanoTime() - due < 0) {
              early.add(due);
            }
            order.add(index);
            all.countDown();
          });
    }
  }

  @Test
  void aSoonerTaskWakesTheThreadFromALongSleep() throws Exception {
    CountDownLatch soon = new CountDownLatch(1);
    timer.schedule(Duration.ofHours(1).toNanos(), () -> {});
    timer.schedule(Long.MAX_VALUE, () -> {});
    timer.schedule(Duration.ofMillis(5).toNanos(), soon::countDown);
    assertThat(soon.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(timer.size()).isEqualTo(2);
  }

  @Test
  void aTaskThatThrowsHarmsNoOther() throws Exception {
    CountDownLatch after = new CountDownLatch(1);
    timer.schedule(
        0,
        () -> {
          throw new AssertionError("an Error");
        });
    timer.schedule(Duration.ofMillis(2).toNanos(), after::countDown);
    assertThat(after.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aTaskMayScheduleAndMayCloseTheTimer() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    timer.schedule(
        0,
        () ->
            timer.schedule(
                0,
                () -> {
                  timer.close();
                  closed.countDown();
                }));
    assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    await().atMost(Waiting.LIMIT).until(() -> !hasThread());
  }

  @Test
  void manyThreadsScheduleAndTakeBackAtOnce() throws Exception {
    int each = 5_000;
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger taken = new AtomicInteger();
    List<Waiting.Running<Object>> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Waiting.run(
              () -> {
                for (int i = 0; i < each; i++) {
                  var timeout = timer.schedule(i % 50 * 100_000L, ran::incrementAndGet);
                  if (i % 2 == 0 && timeout.cancel()) {
                    taken.incrementAndGet();
                  }
                }
                return null;
              }));
    }
    for (Waiting.Running<Object> thread : threads) {
      thread.get();
    }
    await()
        .atMost(Waiting.LIMIT)
        .untilAsserted(() -> assertThat(ran.get() + taken.get()).isEqualTo(4 * each));
    assertThat(timer.size()).isZero();
  }
}
