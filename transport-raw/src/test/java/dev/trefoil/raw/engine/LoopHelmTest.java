package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Idle;
import dev.trefoil.spi.Timekeeper;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who does a loop's rounds, with real threads and a loop without sockets. */
final class LoopHelmTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long LONG = LIMIT.toNanos();

  private final AtomicInteger inlinePorts = new AtomicInteger();
  private Loop loop;

  @BeforeEach
  void open() throws Exception {
    BufferPool.use();
    loop = start(Idle.PARK);
  }

  private Loop start(Idle idle) throws Exception {
    Loop started = new Loop("own", new RealTime(), idle, inlinePorts, Selector::open);
    started.start();
    return started;
  }

  @AfterEach
  void close() throws Exception {
    loop.stop();
    loop.join(LIMIT.toMillis());
    BufferPool.unuse();
  }

  /** The clock, without a timer. */
  private static final class RealTime extends Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
      throw new UnsupportedOperationException("loops have no timer");
    }
  }

  /** Asks for the helm until it is lent, as one does who waits for one reply after the other. */
  private static void steer(Loop of, AtomicBoolean done) {
    long end = System.nanoTime() + LONG;
    while (!tried(of, done)) {
      assertThat(System.nanoTime()).as("it is lent at some time").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static boolean tried(Loop of, AtomicBoolean done) {
    if (of.helm().steer(done::get, LONG)) {
      return true;
    }
    waitedInVain(of);
    return false;
  }

  /** Somebody's wait is over and something happens, after which own thread may lend. */
  private static void waitedInVain(Loop of) {
    boolean unused = of.helm().steer(() -> true, LONG);
    of.execute(() -> {});
  }

  private Thread threadOfATask(Loop of) throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    of.execute(() -> ran.complete(Thread.currentThread()));
    return ran.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** A thread that steers until it is told to stop. */
  private final class Steersman extends Thread {
    private final AtomicBoolean done = new AtomicBoolean();
    private final Loop steered;

    Steersman(Loop steered) {
      this.steered = steered;
      setDaemon(true);
    }

    @Override
    public void run() {
      steer(steered, done);
    }

    Steersman untilItSteers() throws Exception {
      start();
      await().atMost(LIMIT).until(() -> threadOfATask(steered) == this);
      return this;
    }

    void leave() throws Exception {
      done.set(true);
      steered.helm().wake();
      join(LIMIT.toMillis());
      assertThat(isAlive()).as("it hears of the end of its wait").isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Idle.class)
  void whoWaitsDoesTheRoundsAndOwnThreadTakesThemBack(Idle idle) throws Exception {
    Loop own = idle == Idle.PARK ? loop : start(idle);
    assertThat(threadOfATask(own).getName()).isEqualTo("own");
    Steersman steersman = new Steersman(own).untilItSteers();
    steersman.leave();
    assertThat(threadOfATask(own).getName()).as("a task waits for nobody").isEqualTo("own");
    if (own != loop) {
      own.stop();
      own.join(LIMIT.toMillis());
    }
  }

  @Test
  void twoAtOnceAreTooMany() throws Exception {
    Steersman steersman = new Steersman(loop).untilItSteers();
    assertThat(loop.helm().steer(() -> false, LONG)).as("at once").isFalse();
    assertThat(threadOfATask(loop)).as("the first goes on").isSameAs(steersman);
    steersman.leave();
    assertThat(threadOfATask(loop).getName()).isEqualTo("own");
  }

  @Test
  void nothingIsLentWhileHandlersRunInline() throws Exception {
    Steersman steersman = new Steersman(loop).untilItSteers();
    inlinePorts.incrementAndGet();
    loop.helm().wake();
    await().atMost(LIMIT).until(() -> threadOfATask(loop).getName().equals("own"));
    for (int i = 0; i < 100; i++) {
      assertThat(loop.helm().steer(() -> true, LONG)).isFalse();
      assertThat(threadOfATask(loop).getName()).isEqualTo("own");
    }
    steersman.leave();
  }

  @Test
  void anInterruptEndsTheSteeringAndIsKept() throws Exception {
    CountDownLatch kept = new CountDownLatch(1);
    AtomicBoolean never = new AtomicBoolean();
    Thread steersman =
        new Thread(
            () -> {
              steer(loop, never);
              if (Thread.currentThread().isInterrupted()) {
                kept.countDown();
              }
            });
    steersman.setDaemon(true);
    steersman.start();
    await().atMost(LIMIT).until(() -> threadOfATask(loop) == steersman);
    steersman.interrupt();
    assertThat(kept.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(threadOfATask(loop).getName()).isEqualTo("own");
  }

  @Test
  void anErrorOfADeadlineReachesNobodyWhoSteers() throws Exception {
    Steersman steersman = new Steersman(loop).untilItSteers();
    CountDownLatch failed = new CountDownLatch(1);
    Timed broken =
        new Timed() {
          @Override
          long tick(long now) {
            failed.countDown();
            throw new NoClassDefFoundError("as if there were no descriptors left");
          }
        };
    loop.execute(() -> loop.schedule(broken, System.nanoTime()));
    assertThat(failed.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(threadOfATask(loop)).as("it goes on").isSameAs(steersman);
    steersman.leave();
    assertThat(threadOfATask(loop).getName()).isEqualTo("own");
  }

  @Test
  void theTimeIsKept() {
    long end = System.nanoTime() + LONG;
    long nanos = TimeUnit.MILLISECONDS.toNanos(30);
    while (true) {
      assertThat(System.nanoTime()).as("it is lent at some time").isLessThan(end);
      long start = System.nanoTime();
      if (loop.helm().steer(() -> false, nanos)) {
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
        return;
      }
      waitedInVain(loop);
    }
  }

  @Test
  void nothingIsLentToOneWhoseWaitGoesOn() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertThat(threadOfATask(loop).getName()).isEqualTo("own");
      assertThat(loop.helm().steer(() -> false, LONG)).isFalse();
    }
  }

  @Test
  void whoSaysForEverThatHeComesBackIsNotAwaitedForEver() {
    steer(loop, new AtomicBoolean(true));
    await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              loop.helm().comesBack();
              return !loop.helm().isFree();
            });
  }

  @Test
  void stoppingTheLoopEndsTheSteeringAndThenOwnThread() throws Exception {
    Steersman steersman = new Steersman(loop).untilItSteers();
    loop.stop();
    steersman.join(LIMIT.toMillis());
    assertThat(steersman.isAlive()).isFalse();
    loop.join(LIMIT.toMillis());
    assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().equals("own"));
  }
}
