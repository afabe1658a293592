package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiveQueueTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  private final AtomicInteger resumes = new AtomicInteger();
  private final SlotMetrics owner = new SlotMetrics();

  private ReceiveQueue<Integer> queue(int messages, long bytes) {
    return new ReceiveQueue<>(messages, bytes, resumes::incrementAndGet);
  }

  @Test
  void itPausesAtTheBoundAndResumesOnceAtHalfOfIt() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    for (int i = 0; i < 999; i++) {
      assertThat(queue.put(i, 1, owner)).isTrue();
    }
    assertThat(queue.isFull()).isFalse();
    assertThat(queue.put(999, 1, owner)).isFalse();
    assertThat(queue.isFull()).isTrue();
    assertThat(queue.put(1000, 1, owner)).as("it never refuses what it is given").isFalse();

    for (int i = 0; i <= 1000; i++) {
      assertThat(queue.poll(null)).isEqualTo(i);
      int left = 1000 - i;
      if (left > 500 + 256) {
        assertThat(resumes).as("with %d left", left).hasValue(0);
      }
    }
    assertThat(resumes).hasValue(1);
    assertThat(queue.poll(null)).isNull();
  }

  @Test
  void itPausesAtTheBoundInBytesButTakesALoneLargeMessage() {
    ReceiveQueue<Integer> queue = queue(1000, 100);
    assertThat(queue.put(1, 99, owner)).isTrue();
    assertThat(queue.put(2, 1, owner)).isFalse();
    assertThat(queue.poll(null)).isEqualTo(1);
    assertThat(queue.put(3, 1_000_000, owner)).isFalse();
    assertThat(queue.poll(null)).isEqualTo(2);
    assertThat(queue.poll(null)).isEqualTo(3);
    assertThat(resumes.get()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void theSmallestBoundsPauseAndResumeToo(int bound) {
    ReceiveQueue<Integer> queue = queue(bound, Long.MAX_VALUE);
    for (int round = 1; round <= 10; round++) {
      for (int i = 1; i <= bound; i++) {
        assertThat(queue.put(i, 1, owner)).isEqualTo(i < bound);
      }
      for (int i = 1; i <= bound; i++) {
        assertThat(queue.poll(null)).isEqualTo(i);
      }
      assertThat(resumes).hasValue(round);
    }
  }

  @Test
  void itTellsWhoseMessageItWasAndHowManyWaitForEach() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    SlotMetrics other = new SlotMetrics();
    for (int i = 0; i < 600; i++) {
      queue.put(i, 1, i % 3 == 0 ? other : owner);
    }
    assertThat(queue.depthOf(other)).isEqualTo(200);
    ReceiveQueue.Taken<Integer> taken = new ReceiveQueue.Taken<>();
    assertThat(queue.poll(taken)).isZero();
    assertThat(taken.owner).isSameAs(other);
    assertThat(queue.depthOf(other)).isEqualTo(199);
    assertThat(queue.depthOf(owner)).isEqualTo(400);
    assertThat(queue.size()).isEqualTo(599);
  }

  @Test
  void closingHandsOverWhatIsLeftInOrderAndTakesNothingMore() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    for (int i = 0; i < 300; i++) {
      queue.put(i, 1, owner);
    }
    assertThat(queue.poll(null)).isZero();

    List<Integer> rest = queue.close();

    assertThat(rest).hasSize(299).isSorted().startsWith(1).endsWith(299);
    assertThat(queue.put(300, 1, owner)).isFalse();
    assertThat(queue.isFull()).isTrue();
    assertThat(queue.poll(null)).isNull();
    assertThat(queue.close()).isEmpty();
    assertThat(resumes).hasValue(0);
  }

  @Test
  void closingWakesAllWhoWait() throws Exception {
    ReceiveQueue<Integer> queue = queue(10, Long.MAX_VALUE);
    List<Waiting.Running<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(Waiting.run(() -> awaited(queue)).untilItWaits());
    }
    queue.close();
    for (Waiting.Running<Boolean> each : waiting) {
      assertThat(each.get()).isTrue();
    }
    queue.await(LONG); // and nobody waits afterwards
  }

  private static boolean awaited(ReceiveQueue<Integer> queue) throws InterruptedException {
    long start = System.nanoTime();
    queue.await(LONG);
    return System.nanoTime() - start < LONG;
  }

  @Test
  void aConsumerIsWokenByTheEndOfABatchAndByAFullQueue() throws Exception {
    ReceiveQueue<Integer> queue = queue(2, Long.MAX_VALUE);
    Waiting.Running<Boolean> batch = Waiting.run(() -> awaited(queue)).untilItWaits();
    queue.put(1, 1, owner);
    queue.batchEnd();
    assertThat(batch.get()).isTrue();
    queue.poll(null);

    Waiting.Running<Boolean> full = Waiting.run(() -> awaited(queue)).untilItWaits();
    queue.put(2, 1, owner);
    queue.put(3, 1, owner);
    assertThat(full.get()).isTrue();
  }

  @Test
  void whatOneConsumerMovedAsideWakesAnother() throws Exception {
    ReceiveQueue<Integer> queue = queue(10, Long.MAX_VALUE);
    Waiting.Running<Boolean> idle = Waiting.run(() -> awaited(queue)).untilItWaits();
    queue.put(1, 1, owner);
    queue.put(2, 1, owner);
    // A busy consumer moves both out of the ring, takes one, and does not come back.
    assertThat(queue.poll(null)).isEqualTo(1);
    queue.batchEnd();

    assertThat(idle.get()).as("the idle one hears of the second").isTrue();
    assertThat(queue.poll(null)).isEqualTo(2);
  }

  @Test
  void anInterruptEndsTheWaitAndHarmsNothing() throws Exception {
    ReceiveQueue<Integer> queue = queue(10, Long.MAX_VALUE);
    Waiting.Running<Boolean> waiting = Waiting.run(() -> awaited(queue)).untilItWaits();
    waiting.thread.interrupt();
    assertThat(waiting.error()).isInstanceOf(InterruptedException.class);

    queue.put(1, 1, owner);
    queue.batchEnd();
    queue.await(LONG);
    assertThat(queue.poll(null)).isEqualTo(1);
  }

  @Test
  void itBehavesAsASimpleModelDoes() {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      int maxMessages = 1 + random.nextInt(700);
      long maxBytes = 1L + random.nextInt(200_000);
      AtomicInteger resumed = new AtomicInteger();
      ReceiveQueue<Integer> queue =
          new ReceiveQueue<>(maxMessages, maxBytes, resumed::incrementAndGet);
      Queue<Integer> model = new ArrayDeque<>();
      boolean paused = false;
      for (int step = 0; step < 2_000; step++) {
        if (!paused && random.nextInt(100) < 55) {
          model.add(step);
          paused = !queue.put(step, random.nextInt(2_000), owner);
        } else {
          assertThat(queue.poll(null)).as("seed %d", seed).isEqualTo(model.poll());
        }
        if (resumed.get() > 0) {
          assertThat(paused).as("resumed only when paused, seed %d", seed).isTrue();
          assertThat(resumed.getAndSet(0)).as("once, seed %d", seed).isEqualTo(1);
          paused = false;
        }
        assertThat(queue.size()).as("seed %d", seed).isEqualTo(model.size());
      }
      while (!model.isEmpty()) {
        assertThat(queue.poll(null)).as("seed %d", seed).isEqualTo(model.poll());
      }
      assertThat(paused && resumed.get() == 0).as("left paused, seed %d", seed).isFalse();
    }
  }

  @Test
  void manyConsumersAndProducersLoseAndRepeatNothing() throws Exception {
    int producers = 3;
    int consumers = 4;
    int each = 20_000;
    ReceiveQueue<Integer> queue = queue(512, Long.MAX_VALUE);
    Queue<Integer> got = new ConcurrentLinkedQueue<>();
    AtomicInteger left = new AtomicInteger(producers * each);
    List<Waiting.Running<Object>> all = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      int base = p * each;
      all.add(Waiting.run(() -> produce(queue, base, each)));
    }
    for (int c = 0; c < consumers; c++) {
      all.add(Waiting.run(() -> consume(queue, got, left)));
    }
    for (Waiting.Running<Object> running : all) {
      running.get();
    }
    assertThat(got).hasSize(producers * each).doesNotHaveDuplicates();
  }

  private Object produce(ReceiveQueue<Integer> queue, int base, int count) {
    for (int i = 0; i < count; i++) {
      queue.put(base + i, 1, owner);
      if (i % 7 == 0 || i == count - 1) {
        queue.batchEnd();
      }
    }
    return this;
  }

  private Object consume(ReceiveQueue<Integer> queue, Queue<Integer> got, AtomicInteger left)
      throws InterruptedException {
    while (left.get() > 0) {
      Integer item = queue.poll(null);
      if (item == null) {
        queue.await(LONG);
      } else {
        got.add(item);
        if (left.decrementAndGet() == 0) {
          queue.close();
        }
      }
    }
    return this;
  }
}
