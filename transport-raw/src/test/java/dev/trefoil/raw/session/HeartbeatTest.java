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
    long now = 0;
    dialing.heard(now);
    accepting.heard(now);
    int questions = 0;
    while (now < ROUNDS * INTERVAL) {
      now = Math.min(dialing.due(), accepting.due());
      assertThat(accepting.look(now)).isEqualTo(Verdict.WAIT);
      if (dialing.look(now) == Verdict.ASK) {
        questions++;
        accepting.heard(now + 1); // the question
        dialing.heard(now + 2); // its answer
      }
    }
    assertThat(questions).isBetween(ROUNDS, ROUNDS + ROUNDS / 5);
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
      Verdict verdict = each.look(each.due());
      while (verdict != Verdict.LOST) {
        assertThat(verdict).isEqualTo(asked == 0 ? Verdict.ASK : Verdict.ASK_AGAIN);
        asked++;
        verdict = each.look(each.due());
      }
      assertThat(asked).isEqualTo(MISSES);
      assertThat(each.due()).isLessThanOrEqualTo((MISSES + 1) * INTERVAL);
    }
  }
}
