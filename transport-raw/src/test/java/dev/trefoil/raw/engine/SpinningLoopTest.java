package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Idle;
import dev.trefoil.raw.tls.Security;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With {@code Idle.SPIN} a loop never sleeps in select: waking it would take too long. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class SpinningLoopTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int LOOKS = 500;

  private static final class RealTime extends Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timekeeper.Timeout schedule(long delayNanos, Runnable task) {
      throw new UnsupportedOperationException("the engine sets no timers");
    }
  }

  private static Thread loopOf(String label) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("trefoil-" + label + "-raw-io"))
        .findAny()
        .orElseThrow(() -> new AssertionError("no loop of " + label));
  }

  /** {@return whether it is in that method of its selector right now} */
  private static boolean isIn(Thread thread, String method) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals(LoopSelector.class.getName())
                    && frame.getMethodName().equals(method));
  }

  private static Engine idleEngine(String label, Idle idle) {
    return new Engine(
        new TransportContext(label, new RealTime(), 1, idle), any -> Security.JVM_DEFAULT);
  }

  @Test
  void itLooksWithoutEndAndNeverSleeps() throws Exception {
    Engine engine = idleEngine("spins", Idle.SPIN);
    try {
      Thread loop = loopOf("spins");
      await().atMost(LIMIT).until(() -> isIn(loop, "selectNow"));
      for (int i = 0; i < LOOKS; i++) {
        assertThat(isIn(loop, "select")).as("asleep in select, at look %s", i).isFalse();
      }
      assertThat(loop.isAlive()).isTrue();
    } finally {
      engine.close();
    }
  }

  /** So that the other test could fail. */
  @Test
  void oneThatParksDoesSleepInSelect() throws Exception {
    Engine engine = idleEngine("parks", Idle.PARK);
    try {
      Thread loop = loopOf("parks");
      await().atMost(LIMIT).until(() -> isIn(loop, "select"));
    } finally {
      engine.close();
    }
  }
}
