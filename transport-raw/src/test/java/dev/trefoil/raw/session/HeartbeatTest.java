package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.raw.session.Heartbeat.Verdict;
import org.junit.jupiter.api.Test;

/** Who asks for signs of life, and when, on a connection where nothing else happens. */
final class HeartbeatTest {
  private static final long INTERVAL = 10_000;
  private static final int MISSES = 3;
  private static final int ROUNDS = 100;

  private final Heartbeat dialing = new Heartbeat(INTERVAL, MISSES, true);
  private final Heartbeat accepting = new Heartbeat(INTERVAL, MISSES, false);

  @Test
  void ofTwoSidesThatAreThereOneAsks() {
    dialing.heard(0);
    accepting.heard(0);
    long dialingLooks = dialing.nextLook(0);
    long acceptingLooks = accepting.nextLook(0);
    int questions = 0;
    while (dialingLooks < ROUNDS * INTERVAL) {
      long now = Math.min(dialingLooks, acceptingLooks);
      if (now == acceptingLooks) {
        assertThat(accepting.look(now)).isEqualTo(Verdict.WAIT);
        acceptingLooks = accepting.nextLook(now);
      } else {
        boolean asks = dialing.look(now) == Verdict.ASK;
        dialingLooks = dialing.nextLook(now);
        if (asks) {
          questions++;
          accepting.heard(now + 1); // the question
          dialing.heard(now + 2); // its answer
        }
      }
    }
    // Each after seven eighths of the interval: an answer must not put the next one off.
    assertThat(questions).isBetween(ROUNDS + ROUNDS / 10, ROUNDS + ROUNDS / 5);
  }

  @Test
  void whoAcceptedAsksAfterTheIntervalIfTheOtherSideDoesNot() {
    accepting.heard(0);
    assertThat(accepting.look(INTERVAL - 1)).isEqualTo(Verdict.WAIT);
    assertThat(accepting.look(INTERVAL)).isEqualTo(Verdict.ASK);
  }

  @Test
  void eitherSideGivesAnAbsentPeerUpInTime() {
    for (Heartbeat each : new Heartbeat[] {dialing, accepting}) {
      each.heard(0);
      int asked = 0;
      long now = each.nextLook(0);
      for (Verdict verdict = each.look(now); verdict != Verdict.LOST; verdict = each.look(now)) {
        if (verdict != Verdict.WAIT) {
          assertThat(verdict).isEqualTo(asked == 0 ? Verdict.ASK : Verdict.ASK_AGAIN);
          asked++;
        }
        now = each.nextLook(now);
      }
      assertThat(asked).isEqualTo(MISSES);
      assertThat(now).isLessThanOrEqualTo((MISSES + 1) * INTERVAL);
    }
  }
}
