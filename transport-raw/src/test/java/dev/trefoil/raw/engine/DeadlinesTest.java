package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the things of a loop are due. */
final class DeadlinesTest {
  private final Random random = new Random(11);
  private final Deadlines deadlines = new Deadlines();

  private static final class Something extends Timed {
    /** As the test has it; null if none is set. */
    private @Nullable Long at;

    @Override
    long tick(long now) {
      return Long.MAX_VALUE;
    }
  }

  @Test
  void whatIsEarlierComesFirst() {
    Something late = new Something();
    Something early = new Something();
    deadlines.set(late, 20);
    deadlines.set(early, 10);
    assertThat(deadlines.first()).isEqualTo(10);
    assertThat(deadlines.next(9)).isNull();
    assertThat(deadlines.next(10)).isSameAs(early);
    assertThat(deadlines.next(10)).isNull();
    assertThat(deadlines.next(25)).isSameAs(late);
    assertThat(deadlines.isEmpty()).isTrue();
    assertThat(deadlines.first()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aTimeIsMadeEarlierAndNeverLater() {
    Something one = new Something();
    deadlines.set(one, 20);
    deadlines.set(one, 30);
    assertThat(deadlines.first()).isEqualTo(20);
    deadlines.set(one, 10);
    assertThat(deadlines.first()).isEqualTo(10);
    deadlines.set(one, Long.MAX_VALUE);
    assertThat(deadlines.first()).isEqualTo(10);
    assertThat(deadlines.next(100)).isSameAs(one);
    assertThat(deadlines.next(100)).as("once").isNull();
  }

  @Test
  void timesGoOnPastTheirLargestNumber() {
    long start = Long.MAX_VALUE - random.nextInt(10);
    Something before = new Something();
    Something after = new Something();
    deadlines.set(after, start + 20);
    deadlines.set(before, start - 20);
    assertThat(deadlines.next(start)).isSameAs(before);
    assertThat(deadlines.next(start)).isNull();
    assertThat(deadlines.next(start + 20)).isSameAs(after);
  }

  /** Against a list that is searched from end to end. */
  @Test
  void theyAreTheSameAsAListOfThem() {
    List<Something> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(new Something());
    }
    for (int step = 0; step < 100_000; step++) {
      Something one = all.get(random.nextInt(all.size()));
      switch (random.nextInt(4)) {
        case 0 -> {
          deadlines.forget(one);
          one.at = null;
        }
        case 1 -> takeFirst(all);
        default -> {
          long at = random.nextInt(1_000);
          deadlines.set(one, at);
          one.at = one.at == null ? at : Long.valueOf(Math.min(one.at, at));
        }
      }
      assertThat(deadlines.first()).isEqualTo(firstOf(all));
    }
    while (!deadlines.isEmpty()) {
      takeFirst(all);
    }
    assertThat(all).allMatch(one -> one.at == null);
  }

  private void takeFirst(List<Something> all) {
    long first = firstOf(all);
    if (first == Long.MAX_VALUE) {
      assertThat(deadlines.next(5_000)).isNull();
      return;
    }
    assertThat(deadlines.next(first - 1)).isNull();
    Something due = (Something) deadlines.next(first);
    assertThat(due).isNotNull();
    assertThat(due.at).isEqualTo(first);
    due.at = null;
    if (first % 2 == 0) {
      deadlines.release(due);
    }
  }

  private static long firstOf(List<Something> all) {
    return all.stream()
        .filter(one -> one.at != null)
        .mapToLong(one -> one.at)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Test
  void whatIsReleasedOrForgottenIsHeldNoMore() {
    WeakReference<Something> released = releasedOne();
    WeakReference<Something> forgotten = forgottenOne();
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () -> {
              System.gc();
              return released.get() == null && forgotten.get() == null;
            });
    assertThat(deadlines.isEmpty()).isTrue();
  }

  private WeakReference<Something> releasedOne() {
    Something one = new Something();
    deadlines.set(one, 1);
    assertThat(deadlines.next(1)).isSameAs(one);
    deadlines.release(one);
    return new WeakReference<>(one);
  }

  private WeakReference<Something> forgottenOne() {
    Something one = new Something();
    deadlines.set(one, 1);
    deadlines.forget(one);
    return new WeakReference<>(one);
  }

  @Test
  void whatHasATimeSetIsNotReleased() {
    Something one = new Something();
    deadlines.set(one, 1);
    deadlines.release(one);
    assertThat(deadlines.next(1)).isSameAs(one);
    deadlines.set(one, 2);
    deadlines.release(one);
    assertThat(deadlines.next(2)).isSameAs(one);
  }
}
