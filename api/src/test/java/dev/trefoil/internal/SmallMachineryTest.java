package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Idle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Rotation, serial events, spinner, checks: what is too small for a file of its own. */
final class SmallMachineryTest {
  @Test
  void aTimeThatIsNotZeroIsNeverWrittenAsZero() {
    assertThat(Words.seconds(Duration.ZERO)).isEqualTo("0 s");
    assertThat(Words.seconds(Duration.ofNanos(1))).isEqualTo("1 ns");
    assertThat(Words.seconds(Duration.ofMillis(1))).isEqualTo("1 ms");
    assertThat(Words.seconds(Duration.ofSeconds(1))).isEqualTo("1 s");
  }

  @Test
  void aRotationTakesTurnsAndPassesOverWhoHasNoRoom() {
    Rotation<String> rotation = new Rotation<>();
    assertThat(rotation.first(each -> true)).isNull();
    for (String name : List.of("a", "b", "c")) {
      rotation.add(name);
    }
    Map<String, Integer> turns = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      turns.merge(rotation.first(each -> true), 1, Integer::sum);
    }
    assertThat(turns).containsOnly(Map.entry("a", 100), Map.entry("b", 100), Map.entry("c", 100));

    assertThat(rotation.first(each -> each.equals("b"))).isEqualTo("b");
    assertThat(rotation.first(each -> false)).isNull();
    rotation.remove("b");
    rotation.remove("nobody");
    assertThat(rotation.size()).isEqualTo(2);
    assertThat(rotation.first(each -> each.equals("b"))).isNull();
    rotation.remove("a");
    rotation.remove("c");
    assertThat(rotation.isEmpty()).isTrue();
  }

  @Test
  void eventsRunInOrderOneAtATimeWhateverTheyThrow() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    List<Integer> seen = new ArrayList<>();
    SerialEvents events = new SerialEvents(tasks::add, "test");
    for (int i = 0; i < 5; i++) {
      int number = i;
      events.add(
          () -> {
            seen.add(number);
            throw new AssertionError("an Error");
          });
    }
    assertThat(tasks).as("one run for all").hasSize(1);
    tasks.remove().run();
    assertThat(seen).containsExactly(0, 1, 2, 3, 4);
    events.add(() -> seen.add(5));
    tasks.remove().run();
    assertThat(seen).endsWith(5);
  }

  @Test
  void eventsAreBoundedAndSurviveAnExecutorThatRefuses() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    AtomicBoolean refuses = new AtomicBoolean(true);
    AtomicInteger ran = new AtomicInteger();
    SerialEvents events =
        new SerialEvents(
            task -> {
              if (refuses.get()) {
                throw new RejectedExecutionException("full");
              }
              tasks.add(task);
            },
            "test");
    events.add(ran::incrementAndGet);
    refuses.set(false);
    for (int i = 0; i < 20_000; i++) {
      events.add(ran::incrementAndGet);
    }
    tasks.remove().run();
    assertThat(ran).as("no more than the bound are kept").hasValue(10_000);
  }

  @Test
  void eventsOfManyThreadsNeverOverlap() throws Exception {
    var pool = Executors.newFixedThreadPool(4);
    try {
      SerialEvents events = new SerialEvents(pool, "test");
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch all = new CountDownLatch(4_000);
      for (int t = 0; t < 4; t++) {
        pool.execute(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                events.add(
                    () -> {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      inside.decrementAndGet();
                      all.countDown();
                    });
              }
            });
      }
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(most).hasValue(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aSpinnerSeesWhatIsReadyAndGivesUpInTime() {
    for (Idle idle : Idle.values()) {
      Spinner spinner = new Spinner(idle);
      assertThat(spinner.spin(() -> true, System.nanoTime() - 1)).isTrue();
      long start = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        assertThat(spinner.spin(() -> false, System.nanoTime() + 100_000)).isFalse();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aSpinnerThatNeverEndsByItselfEndsWithAnInterrupt() {
    Thread.currentThread().interrupt();
    boolean ready = new Spinner(Idle.SPIN).spin(() -> false, System.nanoTime() + (1L << 60));
    assertThat(ready).isFalse();
    assertThat(Thread.interrupted()).as("which is kept").isTrue();
  }

  @Test
  void checksNameTheArgumentInPlainWords() {
    assertThatThrownBy(() -> Check.positive(0, "count"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count must be at least 1: 0");
    assertThatThrownBy(() -> Check.notNegative(-1, "count"))
        .hasMessage("count must not be negative: -1");
    assertThatThrownBy(() -> Check.positive(Duration.ZERO, "linger"))
        .hasMessage("linger must be longer than zero");
    assertThatThrownBy(() -> Check.notNegative(Duration.ofMillis(-1), "linger"))
        .hasMessageContaining("linger must not be negative");
    assertThatThrownBy(() -> Check.notNegative((Duration) null, "linger"))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("linger must not be null");
    assertThatThrownBy(() -> Check.notBlank(" ", "name")).hasMessage("name must not be blank");
    assertThatThrownBy(() -> Check.notBlank(null, "name")).hasMessage("name must not be null");
    Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(Check.positive(forever, "linger").toNanos()).isPositive();
  }

  @Test
  void aBoundedWaitOfHundredsOfYearsIsNoOverflow() {
    CountDownLatch open = new CountDownLatch(0);
    Duration longest = Duration.ofNanos(Long.MAX_VALUE).plusSeconds(2);
    assertThat(Uninterruptibly.await(open, longest)).isTrue();
  }

  @Test
  void aBoundedWaitKeepsAnInterruptForLater() {
    Thread.currentThread().interrupt();
    assertThat(Uninterruptibly.await(new CountDownLatch(1), Duration.ofMillis(1))).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
