package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which message has which sequence number, and that what is settled is forgotten. */
final class PushLaneTest {
  private static final Peer PEER = new Peer(1, Endpoint.of("fake://host:7000"), "puller", "fake");

  private final FakeTime time = new FakeTime();
  private final PushLane lane = new PushLane(new FakeTargets.Puller(PEER), new SlotMetrics(), time);

  private final List<Long> taken = new ArrayList<>();

  /** Notes what is settled, by the number, which is the sequence number here. */
  private final PushLane.Settler settler =
      new PushLane.Settler() {
        @Override
        public void settle(long number) {
          taken.add(number);
        }

        @Override
        public void settle(Kept kept) {
          taken.add(kept.number);
        }
      };

  private static byte[] body(long number) {
    return new byte[] {(byte) number};
  }

  private void note(long number) {
    lane.note(number, body(number));
  }

  private List<Long> unsettled() {
    List<Long> sequences = new ArrayList<>();
    lane.forEachOlder(time.nanoTime(), 0, (kept, sequence) -> sequences.add(sequence));
    return sequences;
  }

  @Test
  void aMessageThatIsNeverSettledDoesNotLetTheLaneGrow() {
    note(1);
    note(2);
    for (long number = 3; number < 100_000; number++) {
      note(number);
      assertThat(lane.take(number)).isNotNull().returns(number, kept -> kept.number);
    }
    assertThat(lane.capacity()).isEqualTo(16);
    assertThat(lane.held).isEqualTo(2);
    assertThat(unsettled()).containsExactly(1L, 2L);
  }

  @Test
  void aMessageIsFoundHoweverLongItWasUnsettled() {
    Kept first = new Kept(1, body(1), null);
    lane.note(first);
    for (long number = 2; number < 1_000; number++) {
      note(number);
      lane.take(number);
    }
    assertThat(lane.take(1)).isSameAs(first).isNotNull();
    assertThat(lane.take(1)).isNull();
  }

  @Test
  void whatHappensToAMessageMakesItAnObjectWithItsBodyNumberAndPlace() {
    note(1);
    lane.note(7, body(7));
    Kept kept = lane.take(2);
    assertThat(kept).isNotNull();
    assertThat(kept.number).isEqualTo(7);
    assertThat(kept.body).isEqualTo(body(7));
    assertThat(kept.attempts).isEqualTo(1);
    assertThat(kept.isOpen(lane, 2)).isTrue();
    assertThat(kept.isOpen(lane, 1)).isFalse();
    assertThat(unsettled()).containsExactly(1L);
  }

  @Test
  void aRangeTakesTheOldAndTheYoungOnceAndInOrder() {
    note(1);
    for (long number = 2; number < 200; number++) {
      note(number);
      if (number < 190) {
        lane.take(number);
      }
    }
    lane.take(5, 1, settler);
    assertThat(taken).isEmpty();
    lane.take(Long.MIN_VALUE, 191, settler);
    assertThat(taken).containsExactly(1L, 190L, 191L);
    lane.take(Long.MIN_VALUE, 191, settler);
    assertThat(taken).hasSize(3);
    lane.takeAll((kept, sequence) -> taken.add(sequence));
    assertThat(taken).hasSize(11).isSorted();
    assertThat(lane.held).isZero();
    assertThat(unsettled()).isEmpty();
  }

  @Test
  void theLaneGrowsWhileMuchIsUnsettled() {
    for (long number = 1; number <= 300; number++) {
      note(number);
    }
    assertThat(unsettled()).hasSize(300).isSorted();
    assertThat(lane.capacity()).isEqualTo(512);
    lane.take(1, 300, settler);
    assertThat(taken).hasSize(300).isSorted();
  }

  @Test
  void noMessageIsTakenForOlderThanItIs() {
    for (long number = 1; number <= 100; number++) {
      note(number);
      time.advance(Duration.ofMillis(1));
    }
    List<Long> old = new ArrayList<>();
    long age = Duration.ofMillis(50).toNanos();
    lane.forEachOlder(time.nanoTime(), age, (kept, sequence) -> old.add(sequence));
    assertThat(old).as("sent 50 ms ago or more").startsWith(1L, 2L).isSorted();
    assertThat(old).allMatch(sequence -> 100 - (sequence - 1) >= 50);
    assertThat(old).as("a time is noted for every sixteenth at least").hasSizeGreaterThan(30);
    time.advance(Duration.ofMillis(50));
    assertThat(unsettledFor(age)).as("the rest has its time by now").hasSize(100);
  }

  private List<Long> unsettledFor(long age) {
    List<Long> sequences = new ArrayList<>();
    lane.forEachOlder(time.nanoTime(), age, (kept, sequence) -> sequences.add(sequence));
    return sequences;
  }
}
