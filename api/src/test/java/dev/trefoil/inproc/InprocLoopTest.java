package dev.trefoil.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Idle;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@org.junit.jupiter.api.Timeout(20)
final class InprocLoopTest {
  private static InprocLoop loop(Idle idle) {
    return new InprocLoop(new TransportContext("loop", new ClockOnly(), 1, idle));
  }

  private static final class ClockOnly extends Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timekeeper.Timeout schedule(long delayNanos, Runnable task) {
      throw new AssertionError("a loop needs no timer");
    }
  }

  @ParameterizedTest
  @EnumSource(Idle.class)
  void tasksRunInTheirOrderHoweverItPassesTheTime(Idle idle) throws Exception {
    InprocLoop loop = loop(idle);
    List<Integer> ran = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      assertThat(loop.post(() -> ran.add(number))).isTrue();
      if (i % 100 == 0) {
        CountDownLatch idleNow = new CountDownLatch(1);
        loop.post(idleNow::countDown);
        assertThat(idleNow.await(10, TimeUnit.SECONDS)).isTrue();
      }
    }
    loop.end();

    assertThat(ran).hasSize(1000).isSorted();
  }

  @Test
  void aTaskThatThrowsHarmsNoOther() {
    InprocLoop loop = loop(Idle.PARK);
    AtomicInteger ran = new AtomicInteger();
    loop.post(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    loop.post(ran::incrementAndGet);
    loop.end();

    assertThat(ran).hasValue(1);
  }

  @Test
  void postSaysWhetherTheTaskRunsWhileTheLoopEnds() throws Exception {
    for (int round = 0; round < 300; round++) {
      InprocLoop loop = loop(Idle.PARK);
      AtomicInteger ran = new AtomicInteger();
      AtomicInteger promised = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(1);
      Thread poster =
          new Thread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  if (loop.post(ran::incrementAndGet)) {
                    promised.incrementAndGet();
                  }
                  started.countDown();
                }
              });
      poster.start();
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      loop.end();
      poster.join();

      assertThat(ran.get()).isEqualTo(promised.get());
      assertThat(loop.post(ran::incrementAndGet)).isFalse();
    }
  }

  @Test
  void aLoopThatWasNeverUsedEndsAtOnceAndTakesNothing() {
    InprocLoop loop = loop(Idle.PARK);
    loop.end();

    assertThat(loop.post(() -> {})).isFalse();
    assertThat(loop.isCurrent()).isFalse();
    assertThat(InprocLoop.isAnyLoop()).isFalse();
  }
}
