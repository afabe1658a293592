package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.StreamQueue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a puller tells what is done, and how much it takes. */
final class SettlementsTest {
  private static final long MILLISECOND = 1_000_000;

  private final StreamQueue queue = new StreamQueue();
  private long now;

  /** What has been told since it was asked last, as words. */
  private List<String> told(Settlements settlements) {
    settlements.tell(queue);
    ByteBuffer bytes = ByteBuffer.allocate((int) queue.bytes());
    queue.fill(bytes);
    queue.written(bytes.flip().remaining());
    List<String> words = new ArrayList<>();
    while (bytes.hasRemaining()) {
      long word = bytes.getLong();
      if (word >>> 56 == FrameType.CREDIT) {
        words.add("credit " + bytes.getInt());
      } else {
        for (long left = word & FrameType.LENGTH_MASK; left > 0; left -= 16) {
          words.add(bytes.getLong() + " to " + bytes.getLong());
        }
      }
    }
    return words;
  }

  private void receive(Settlements settlements, int count) {
    for (int i = 0; i < count; i++) {
      settlements.received(1);
    }
    settlements.batchEnd(now);
  }

  private boolean done(Settlements settlements, long from, long to) {
    boolean tell = false;
    for (long sequence = from; sequence <= to; sequence++) {
      tell = settlements.done(sequence, queue);
    }
    return tell;
  }

  @Test
  void theLastOneInHandIsToldAtOnce() {
    Settlements settlements = new Settlements(256, 256);
    receive(settlements, 3);
    assertThat(done(settlements, 1, 2)).isFalse();
    assertThat(done(settlements, 3, 3)).isTrue();
    assertThat(told(settlements)).containsExactly("1 to 3");
  }

  @Test
  void aBatchHasSequencesOneByOneAndIsInHandFromItsFirstOn() {
    Settlements settlements = new Settlements(256, 256);
    assertThat(settlements.received(3)).isEqualTo(1);
    assertThat(settlements.received(1)).isEqualTo(4);
    assertThat(settlements.received(2)).isEqualTo(5);
    assertThat(settlements.batchEnd(now)).as("nothing is done").isFalse();
    for (int sequence = 1; sequence < 6; sequence++) {
      assertThat(done(settlements, sequence, sequence)).as("6 is in hand").isFalse();
    }
    assertThat(done(settlements, 6, 6)).isTrue();
    assertThat(told(settlements)).containsExactly("1 to 6");
  }

  @Test
  void whatIsDoneWhileMoreComesIsToldWhenAllOfItHasCome() {
    Settlements settlements = new Settlements(256, 256);
    settlements.received(1);
    assertThat(done(settlements, 1, 1)).as("the loop is about to hand on more").isFalse();
    assertThat(settlements.batchEnd(now)).isTrue();
    settlements.received(1);
    assertThat(told(settlements)).containsExactly("1 to 1");
    assertThat(settlements.batchEnd(now)).as("there is one in hand").isFalse();
  }

  @Test
  void whileMoreIsInHandAPartOfTheCreditIsToldTogether() {
    Settlements settlements = new Settlements(256, 256);
    receive(settlements, 256);
    assertThat(done(settlements, 1, 63)).isFalse();
    assertThat(done(settlements, 64, 64)).isTrue();
    assertThat(told(settlements)).containsExactly("1 to 64");
    assertThat(done(settlements, 65, 65)).isFalse();
  }

  @Test
  void aCreditOfOneIsReturnedAtOnce() {
    Settlements settlements = new Settlements(1, 1);
    receive(settlements, 1);
    assertThat(done(settlements, 1, 1)).isTrue();
  }

  @Test
  void whatIsDoneOutOfOrderIsToldInRangesHoweverMany() {
    Settlements settlements = new Settlements(8192, 8192);
    receive(settlements, 1000);
    for (long sequence = 2; sequence <= 1000; sequence += 2) {
      done(settlements, sequence, sequence);
    }
    List<String> told = told(settlements);
    assertThat(told).hasSize(500).startsWith("2 to 2", "4 to 4").endsWith("1000 to 1000");
    assertThat(told(settlements)).isEmpty();
  }

  @Test
  void aRefusedOneIsNoLongerInHand() {
    Settlements settlements = new Settlements(256, 256);
    receive(settlements, 2);
    settlements.refused(1);
    assertThat(done(settlements, 2, 2)).isTrue();
    assertThat(told(settlements)).containsExactly("2 to 2");
  }

  @Test
  void theCreditOfAQuickUserGrowsToItsLimitWhileThePusherWaits() {
    Settlements settlements = new Settlements(256, 1000);
    int credit = 256;
    long sequence = 0;
    List<String> credits = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      receive(settlements, credit);
      done(settlements, sequence + 1, sequence + credit);
      sequence += credit;
      now += MILLISECOND;
      for (String word : told(settlements)) {
        if (word.startsWith("credit ")) {
          credits.add(word);
          credit = Integer.parseInt(word.substring("credit ".length()));
        }
      }
    }
    assertThat(credits).containsExactly("credit 512", "credit 1000");
  }

  @Test
  void theCreditStaysWhereThePusherDoesNotUseItUp() {
    Settlements settlements = new Settlements(256, 8192);
    for (long sequence = 1; sequence < 1000; sequence++) {
      receive(settlements, 1);
      done(settlements, sequence, sequence);
      now += MILLISECOND / 100;
      assertThat(told(settlements)).hasSize(1).noneMatch(word -> word.startsWith("credit"));
    }
  }

  @Test
  void theCreditOfASlowUserStaysAndAGrownOneShrinks() {
    Settlements settlements = new Settlements(4, 16);
    receive(settlements, 4);
    now += 20 * MILLISECOND;
    done(settlements, 1, 4);
    receive(settlements, 4);
    assertThat(told(settlements)).containsExactly("1 to 4");

    done(settlements, 5, 8);
    now += MILLISECOND;
    receive(settlements, 4);
    assertThat(told(settlements)).containsExactly("credit 8", "5 to 8");

    now += 50 * MILLISECOND;
    receive(settlements, 4);
    assertThat(told(settlements)).containsExactly("credit 4");
    now += 50 * MILLISECOND;
    receive(settlements, 1);
    assertThat(told(settlements)).as("never less than the least").isEmpty();
  }
}
