package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WheelTest {
  private static final long TICK = Wheel.TICK_NANOS;

  private final List<String> ran = new ArrayList<>();

  private Runnable named(String name) {
    return () -> ran.add(name);
  }

  private void advance(Wheel wheel, long to) {
    wheel.advance(to).forEach(Runnable::run);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 123_456_789, -5_000_000_000L, Long.MAX_VALUE - 3_000_000})
  void aTaskIsNeverEarlyAndLateByATickAtMost(long origin) {
    for (long delay = 0; delay < 5 * TICK; delay += TICK / 4) {
      Wheel wheel = new Wheel(origin);
      ran.clear();
      wheel.add(origin + delay, named("x"));
      advance(wheel, origin + delay - 1);
      assertThat(ran).as("at %d just before", delay).isEmpty();
      advance(wheel, origin + delay + TICK);
      assertThat(ran).as("at %d a tick after", delay).containsExactly("x");
    }
  }

  @Test
  void tasksComeInTheOrderOfTheirTicksAlsoAfterALongPause() {
    for (long pause : new long[] {50, 5_000, 100_000, 10_000_000}) {
      Wheel wheel = new Wheel(0);
      ran.clear();
      wheel.add(40 * TICK, named("40"));
      wheel.add(5 * TICK, named("5"));
      wheel.add(5 * TICK, named("5 again"));
      wheel.add(23 * TICK, named("23"));
      advance(wheel, pause * TICK);
      assertThat(ran).as("after %d ticks", pause).containsExactly("5", "5 again", "23", "40");
    }
  }

  @Test
  void afterALongPauseTheOrderOfSlotsIsNotTheOrderOfTicks() {
    Wheel wheel = new Wheel(0);
    wheel.add(4_000 * TICK, named("4000"));
    wheel.add(5 * TICK, named("5"));
    wheel.add(9_000 * TICK, named("9000"));
    advance(wheel, 10_000 * TICK);
    assertThat(ran).containsExactly("5", "4000", "9000");
    assertThat(wheel.size()).isZero();
  }

  @Test
  void aTaskBeyondOneRevolutionWaitsForItsOwn() {
    Wheel wheel = new Wheel(0);
    wheel.add(10 * TICK, named("first"));
    wheel.add((10 + 4096) * TICK, named("second"));
    wheel.add((10 + 3 * 4096) * TICK, named("fourth"));
    for (int tick = 1; tick <= 10 + 3 * 4096; tick++) {
      advance(wheel, tick * TICK);
      int expected = tick < 10 ? 0 : tick < 10 + 4096 ? 1 : tick < 10 + 3 * 4096 ? 2 : 3;
      assertThat(ran).hasSize(expected);
    }
    assertThat(ran).containsExactly("first", "second", "fourth");
  }

  @Test
  void takingBackWorksOnceAndOnlyBeforeItRan() {
    Wheel wheel = new Wheel(0);
    Wheel.Entry taken = wheel.add(5 * TICK, named("taken"));
    Wheel.Entry ran5 = wheel.add(5 * TICK, named("ran"));
    Wheel.Entry tooLate = wheel.add(5 * TICK, named("last"));
    assertThat(taken.cancel()).isTrue();
    assertThat(taken.cancel()).isFalse();
    assertThat(wheel.size()).isEqualTo(2);
    advance(wheel, 6 * TICK);
    assertThat(ran).containsExactly("ran", "last");
    assertThat(ran5.cancel()).isFalse();
    assertThat(tooLate.cancel()).isFalse();
    assertThat(wheel.size()).isZero();
  }

  @Test
  void aTaskThatIsDueInThePastComesWithTheNextTick() {
    Wheel wheel = new Wheel(0);
    advance(wheel, 100 * TICK);
    wheel.add(3 * TICK, named("late"));
    assertThat(wheel.nextNanos()).isEqualTo(101 * TICK);
    advance(wheel, 101 * TICK);
    assertThat(ran).containsExactly("late");
  }

  @Test
  void itSaysWhenToLookAgain() {
    Wheel wheel = new Wheel(0);
    assertThat(wheel.nextNanos()).isEqualTo(Long.MAX_VALUE);
    Wheel.Entry entry = wheel.add(70 * TICK, named("x"));
    assertThat(wheel.nextNanos()).isEqualTo(70 * TICK);
    wheel.add(9_000 * TICK, named("y"));
    assertThat(wheel.nextNanos()).isEqualTo(70 * TICK);
    entry.cancel();
    assertThat(wheel.nextNanos()).as("no later than it is due").isBetween(TICK, 9_000 * TICK);
  }

  @Test
  void aHundredThousandTasksEachComeOnceInOrder() {
    Random random = new Random(7);
    Wheel wheel = new Wheel(0);
    List<Long> due = new ArrayList<>();
    List<Wheel.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      long at = (1 + random.nextInt(20_000)) * TICK;
      entries.add(wheel.add(at, () -> due.add(at)));
    }
    int taken = 0;
    for (int i = 0; i < entries.size(); i += 3) {
      assertThat(entries.get(i).cancel()).isTrue();
      taken++;
    }
    long now = 0;
    while (now < 20_000 * TICK) {
      now += random.nextInt(3_000_000);
      int before = due.size();
      advance(wheel, now);
      for (int i = before; i < due.size(); i++) {
        assertThat(due.get(i)).isLessThanOrEqualTo(now);
      }
    }
    assertThat(due).hasSize(100_000 - taken).isSorted();
    assertThat(wheel.size()).isZero();
  }

  @Test
  void takingBackLetsGoOfTheTask() throws Exception {
    Wheel wheel = new Wheel(0);
    byte[] large = new byte[1];
    java.lang.ref.WeakReference<byte[]> held = new java.lang.ref.WeakReference<>(large);
    Wheel.Entry entry = wheel.add(1_000_000 * TICK, holding(large));
    large = null;
    entry.cancel();
    org.awaitility.Awaitility.await()
        .atMost(Waiting.LIMIT)
        .until(
            () -> {
              System.gc();
              return held.get() == null;
            });
    assertThat(entry.cancel()).as("the entry itself may be kept").isFalse();
  }

  private Runnable holding(byte[] what) {
    return () -> ran.add("of " + what.length);
  }
}
