package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.internal.Timings.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OutstandingTest {
  private final FakeTime time = new FakeTime();
  private final List<Pending> overdue = new ArrayList<>();
  private final Outstanding outstanding = new Outstanding(time, overdue::add);

  private final class Plain extends Pending {
    Plain(Duration timeout) {
      super(new byte[0], time.nanoTime(), time.nanoTime() + timeout.toNanos(), false);
    }

    @Override
    void wake() {}
  }

  private Pending add(Duration timeout) {
    Pending pending = new Plain(timeout);
    outstanding.add(pending);
    return pending;
  }

  @Test
  void eachIsFoundByItsIdWhetherTheTableHasRoomOrNot() {
    List<Pending> all = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      Pending pending = add(Duration.ofSeconds(5));
      all.add(pending);
      ids.add(pending.id);
    }
    assertThat(ids).as("no id twice").hasSize(2_000).allMatch(id -> id >= 0);
    assertThat(outstanding.size()).isEqualTo(2_000);
    assertThat(outstanding.count(all::contains)).isEqualTo(2_000);
    for (Pending pending : all) {
      assertThat(outstanding.get(pending.id)).isSameAs(pending);
      outstanding.remove(pending);
      assertThat(outstanding.get(pending.id)).isNull();
    }
    assertThat(outstanding.isEmpty()).isTrue();
  }

  @Test
  void anIdThatNobodyGaveIsNobodys() {
    Pending pending = add(Duration.ofSeconds(5));
    assertThat(outstanding.get(pending.id + 512)).as("of the same slot").isNull();
    assertThat(outstanding.get(pending.id | Integer.MIN_VALUE)).isNull();
    outstanding.remove(new Plain(Duration.ofSeconds(1)));
    assertThat(outstanding.get(pending.id)).isSameAs(pending);
  }

  @Test
  void deadlinesAreNoticedWhenTheyAreThereWhetherShortOrLong() {
    for (long millis : new long[] {1, 20, 99, 100, 101, 5_000}) {
      overdue.clear();
      Pending pending = add(Duration.ofMillis(millis));
      outstanding.watch(pending);
      time.advance(Duration.ofMillis(millis).minusNanos(1));
      assertThat(overdue).as("not before %d ms", millis).isEmpty();
      time.advance(Duration.ofNanos(1));
      assertThat(overdue).as("after %d ms", millis).containsExactly(pending);
    }
  }

  @Test
  void whoEndsSoonGetsNoTimerAndNothingIsLookedAtForEver() {
    for (int i = 0; i < 100; i++) {
      Pending pending = add(Duration.ofSeconds(5));
      outstanding.watch(pending);
      assertThat(time.waiting()).as("one look for all").isLessThanOrEqualTo(1);
      assertThat(pending.decide(new Pending.Result(null, null, Outcome.CANCELLED))).isTrue();
      outstanding.remove(pending);
      time.advance(Duration.ofMillis(1));
    }
    time.advance(Duration.ofMillis(100));
    assertThat(time.waiting()).isZero();
  }

  @Test
  void whoIsYoungAtALookIsLookedAtAgain() {
    outstanding.watch(add(Duration.ofSeconds(5)));
    time.advance(Duration.ofMillis(19));
    Pending later = add(Duration.ofSeconds(5));
    outstanding.watch(later);
    time.advance(Duration.ofSeconds(5));
    assertThat(overdue).hasSize(2).contains(later);
  }
}
