package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.Idle;
import dev.trefoil.spi.SendBatch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DispatcherTest {
  private static final int LONG_SECONDS = 20;
  private static final long SHORTER_THAN_IT_LINGERS = Duration.ofMillis(4).toNanos();

  private final FakeTime time = new FakeTime();
  private final SlotMetrics owner = new SlotMetrics();
  private final ReceiveQueue<Integer> queue = new ReceiveQueue<>(100_000, 1L << 40, () -> {});
  private final Queue<Runnable> submitted = new ArrayDeque<>();
  private final AtomicInteger idles = new AtomicInteger();
  private final ExecutorService pool = Executors.newFixedThreadPool(16);

  @AfterEach
  void endThreads() {
    pool.shutdownNow();
  }

  private Dispatcher<Integer> dispatcher(
      Executor executor, int limit, BiConsumer<Integer, SlotMetrics> work) {
    return new Dispatcher<>(
        executor,
        time,
        limit,
        queue,
        (item, from, now) -> {
          work.accept(item, from);
          return now;
        },
        idles::incrementAndGet,
        null);
  }

  private void put(int from, int count) {
    for (int i = from; i < from + count; i++) {
      queue.put(i, 1, owner);
    }
  }

  @Test
  void oneWorkerKeepsTheOrder() {
    List<Integer> seen = new ArrayList<>();
    Dispatcher<Integer> dispatcher = dispatcher(submitted::add, 1, (item, from) -> seen.add(item));
    put(0, 3);
    dispatcher.wake();
    dispatcher.wake();
    put(3, 3);
    dispatcher.wake();

    assertThat(submitted).hasSize(1);
    submitted.remove().run();
    assertThat(seen).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(dispatcher.busy()).isZero();
    assertThat(idles).hasValue(1);
    dispatcher.wake();
    assertThat(submitted).as("without work no worker").isEmpty();
  }

  @Test
  void noMoreWorkersThanTheLimitAndNoMoreThanMessages() {
    Dispatcher<Integer> dispatcher = dispatcher(submitted::add, 4, (item, from) -> {});
    put(0, 2);
    dispatcher.wake();
    assertThat(submitted).hasSize(2);
    put(2, 100);
    dispatcher.wake();
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    assertThat(submitted).as("at once").hasSize(Math.min(4, processors));
    time.advance(Duration.ofMillis(20));
    assertThat(submitted).as("while nothing moves").hasSize(4);
    assertThat(dispatcher.busy()).isEqualTo(4);
  }

  @Test
  void manyHandlersThatWaitForSomethingRunBesideEachOtherSoon() {
    Dispatcher<Integer> dispatcher = dispatcher(submitted::add, 64, (item, from) -> {});
    put(0, 64);
    dispatcher.wake();
    time.advance(Duration.ofMillis(8)); // nobody runs what was submitted: all are stuck
    assertThat(submitted).hasSize(64);
  }

  @Test
  void aMessageDoesNotWaitForABusyWorkerWhileTheLimitAllowsAnother() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    Semaphore started = new Semaphore(0);
    Dispatcher<Integer> dispatcher =
        dispatcher(
            pool,
            2,
            (item, from) -> {
              started.release();
              both.countDown();
              awaitQuietly(both);
            });
    put(0, 1);
    dispatcher.wake();
    assertThat(started.tryAcquire(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
    put(1, 1);
    dispatcher.wake();

    assertThat(started.tryAcquire(LONG_SECONDS, TimeUnit.SECONDS))
        .as("the second message is worked on while the first still is")
        .isTrue();
    await().atMost(Waiting.LIMIT).until(() -> dispatcher.busy() == 0);
  }

  @Test
  void whatIsDoneInAMomentIsLeftToOneWorkerAndAGuardLooksAfterIt() throws Exception {
    Semaphore started = new Semaphore(0);
    CountDownLatch stuck = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Dispatcher<Integer> dispatcher =
        dispatcher(
            pool,
            2,
            (item, from) -> {
              if (item == 100) {
                started.release();
                awaitQuietly(stuck);
              }
              done.incrementAndGet();
            });
    for (int i = 0; i < 100; i++) { // learns that the work takes no time
      put(i, 1);
      dispatcher.wake();
      int wanted = i + 1;
      await().atMost(Waiting.LIMIT).until(() -> done.get() == wanted);
    }
    put(100, 2);
    dispatcher.wake();
    assertThat(started.tryAcquire(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
    await()
        .atMost(Waiting.LIMIT)
        .untilAsserted(
            () -> {
              time.advance(Duration.ofMillis(1)); // the guard's, once it is there
              assertThat(done).as("the one behind the stuck one").hasValue(101);
            });
    stuck.countDown();
    await().atMost(Waiting.LIMIT).until(() -> dispatcher.busy() == 0);
    assertThat(done).hasValue(102);
  }

  @Test
  void aWorkerThatLingersTakesWhatComesNextWithoutAnotherBeingStarted() {
    AtomicInteger starts = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Dispatcher<Integer> dispatcher =
        new Dispatcher<>(
            task -> {
              starts.incrementAndGet();
              pool.execute(task);
            },
            time,
            1,
            queue,
            (item, from, now) -> {
              done.incrementAndGet();
              return now;
            },
            idles::incrementAndGet,
            new Dispatcher.Waiting(queue::mayHaveItems, () -> null, new Spinner(Idle.PARK), pool));
    int inTime = 0;
    int startedAgain = 0;
    long put = System.nanoTime() - SHORTER_THAN_IT_LINGERS;
    for (int i = 0; i < 2_000; i++) {
      int startedBefore = starts.get();
      long putBefore = put;
      put = System.nanoTime();
      put(i, 1);
      dispatcher.wake();
      boolean lingers = System.nanoTime() - putBefore < SHORTER_THAN_IT_LINGERS;
      int wanted = i + 1;
      await()
          .atMost(Waiting.LIMIT)
          .pollInterval(Duration.ofNanos(100_000))
          .until(() -> done.get() == wanted);
      if (lingers) { // not where a busy machine held this thread up
        inTime++;
        startedAgain += starts.get() - startedBefore;
      }
    }
    assertThat(startedAgain)
        .as("far fewer than one for each of %s", inTime)
        .isLessThanOrEqualTo(inTime / 2);
    await().atMost(Waiting.LIMIT).until(() -> dispatcher.busy() == 0);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(LONG_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void neverMoreThanTheLimitAtOnceAndNothingIsLost() {
    int limit = 3;
    int total = 20_000;
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Dispatcher<Integer> dispatcher =
        dispatcher(
            pool,
            limit,
            (item, from) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              running.decrementAndGet();
              done.incrementAndGet();
            });
    for (int i = 0; i < total; i++) {
      put(i, 1);
      dispatcher.wake();
    }
    await().atMost(Waiting.LIMIT).untilAsserted(() -> assertThat(done).hasValue(total));
    assertThat(most.get()).isLessThanOrEqualTo(limit);
    await().atMost(Waiting.LIMIT).until(() -> dispatcher.busy() == 0);
  }

  @Test
  void aWorkersTurnIsBoundedSoThatRolesShareAPool() {
    List<Integer> seen = new ArrayList<>();
    Dispatcher<Integer> dispatcher = dispatcher(submitted::add, 1, (item, from) -> seen.add(item));
    put(0, 3_000);
    dispatcher.wake();

    submitted.remove().run();
    assertThat(seen).hasSizeLessThan(3_000);
    assertThat(submitted).as("the same worker, at the end of the line").hasSize(1);
    while (!submitted.isEmpty()) {
      submitted.remove().run();
    }
    assertThat(seen).hasSize(3_000).isSorted();
    assertThat(dispatcher.busy()).isZero();
  }

  @Test
  void whatAHandlerThrowsHarmsNoOtherMessage() {
    List<Integer> seen = new ArrayList<>();
    Dispatcher<Integer> dispatcher =
        dispatcher(
            submitted::add,
            1,
            (item, from) -> {
              seen.add(item);
              if (item == 0) {
                throw new AssertionError("an Error");
              }
              throw new IllegalStateException("an exception");
            });
    put(0, 3);
    dispatcher.wake();
    submitted.remove().run();

    assertThat(seen).containsExactly(0, 1, 2);
    assertThat(dispatcher.busy()).isZero();
  }

  @Test
  void anExecutorThatRefusesIsTriedAgain() {
    List<Integer> seen = new ArrayList<>();
    AtomicInteger refusals = new AtomicInteger(3);
    Dispatcher<Integer> dispatcher =
        dispatcher(
            task -> {
              int left = refusals.getAndDecrement();
              if (left == 1) {
                throw new OutOfMemoryError("unable to create native thread (not really)");
              }
              if (left > 0) {
                throw new RejectedExecutionException("full");
              }
              task.run();
            },
            1,
            (item, from) -> seen.add(item));
    put(0, 2);
    dispatcher.wake();
    assertThat(seen).isEmpty();
    assertThat(dispatcher.busy()).isZero();
    dispatcher.wake();
    assertThat(time.waiting()).as("one more attempt, however often it is woken").isEqualTo(1);

    time.advance(Duration.ofSeconds(1));
    assertThat(seen).containsExactly(0, 1);
    assertThat(time.waiting()).isZero();
  }

  @Test
  void whatQuickWorkSendsLeavesTogetherWhenNothingMoreIsInHand() {
    List<String> said = new ArrayList<>();
    SendBatch.Member writer = () -> said.add("written");
    Dispatcher<Integer> dispatcher =
        dispatcher(
            submitted::add,
            1,
            (item, from) -> {
              SendBatch batch = SendBatch.current();
              said.add(batch == null ? "alone" : "together");
              if (batch != null) {
                batch.add(writer);
              }
            });
    put(0, 1);
    dispatcher.wake();
    submitted.remove().run();
    assertThat(said).as("until it is known to be quick").containsExactly("alone");
    said.clear();
    put(5, 3);
    dispatcher.wake();
    submitted.remove().run();

    assertThat(said).containsExactly("together", "together", "together", "written");
    assertThat(SendBatch.current()).isNull();
    said.clear();
    put(8, 1);
    dispatcher.wake();
    submitted.remove().run();
    assertThat(said).as("a lone one does not wait").containsExactly("alone");
  }

  @Test
  void whatWasSentLeavesWhenWorkTurnsOutToBeSlow() {
    AtomicInteger written = new AtomicInteger();
    List<Integer> writtenBefore = new ArrayList<>();
    Dispatcher<Integer> dispatcher =
        dispatcher(
            submitted::add,
            1,
            (item, from) -> {
              writtenBefore.add(written.get());
              SendBatch batch = SendBatch.current();
              if (batch != null) {
                batch.add(written::incrementAndGet);
              }
              if (item >= 10) {
                time.advance(Duration.ofMillis(1));
              }
            });
    put(0, 10);
    dispatcher.wake();
    submitted.remove().run();
    int before = written.get();
    put(10, 40);
    dispatcher.wake();
    submitted.remove().run();

    assertThat(writtenBefore.get(10 + 4)).as("after at most four").isGreaterThan(before);
    assertThat(SendBatch.current()).isNull();
  }
}
