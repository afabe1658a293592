package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.internal.Redelivery.Kept;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which message has which sequence number, and that what is settled is forgotten. */
final class PushLaneTest {
  private static final Peer PEER = new Peer(1, Endpoint.of("fake://host:7000"), "puller", "fake");

  private final PushLane lane = new PushLane(new FakeTargets.Puller(PEER), new SlotMetrics());

  private Kept note(long number) {
    Kept kept = new Kept(number, new byte[0], null);
    assertThat(lane.note(kept)).isEqualTo(number);
    return kept;
  }

  private List<Long> unsettled() {
    List<Long> sequences = new ArrayList<>();
    lane.forEach((sequence, kept) -> sequences.add(sequence));
    return sequences;
  }

  @Test
  void aMessageThatIsNeverSettledDoesNotLetTheLaneGrow() {
    note(1);
    note(2);
    for (long number = 3; number < 100_000; number++) {
      Kept kept = note(number);
      assertThat(lane.take(number)).isSameAs(kept);
    }
    assertThat(lane.capacity()).isEqualTo(16);
    assertThat(lane.held).isEqualTo(2);
    assertThat(unsettled()).containsExactly(1L, 2L);
  }

  @Test
  void aMessageIsFoundHoweverLongItWasUnsettled() {
    Kept first = note(1);
    for (long number = 2; number < 1_000; number++) {
      note(number);
      lane.take(number);
    }
    assertThat(lane.take(1)).isSameAs(first).isNotNull();
    assertThat(lane.take(1)).isNull();
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
    List<Long> taken = new ArrayList<>();
    lane.take(5, 1, (kept, sequence) -> taken.add(sequence));
    assertThat(taken).isEmpty();
    lane.take(Long.MIN_VALUE, 191, (kept, sequence) -> taken.add(sequence));
    assertThat(taken).containsExactly(1L, 190L, 191L);
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
  }
}
