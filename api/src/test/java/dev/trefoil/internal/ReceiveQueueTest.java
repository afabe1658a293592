package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.spi.PortMetrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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

  /** Received and dropped are to agree: {@code received - dropped} is what was taken. */
  @Test
  void whatWasStagedWhenItClosedAndWhatComesLaterIsCountedAsDropped() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    for (int i = 1; i <= 6; i++) {
      assertThat(queue.stage(i, 10, owner)).isTrue();
    }
    assertThat(queue.close()).as("the first four, which go alone").containsExactly(1, 2, 3, 4);
    queue.endStage();
    assertThat(owner.port.drops(PortMetrics.Drop.CLOSED)).isEqualTo(2);
    assertThat(queue.stage(7, 10, owner)).isFalse();
    queue.endStage();
    assertThat(queue.stage(new Chunk(new Object[] {8, 9}, 2, 20, owner))).isFalse();
    assertThat(owner.port.drops(PortMetrics.Drop.CLOSED)).isEqualTo(5);
    assertThat(owner.port.messagesReceived()).isEqualTo(7);
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
  void whatIsStagedIsSeenAndCountedAtTheEndOfTheBatch() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    for (int i = 1; i <= 6; i++) {
      assertThat(queue.stage(i, 10, owner)).isTrue();
    }
    assertThat(owner.port.messagesReceived()).as("the first four go alone").isEqualTo(4);
    assertThat(polled(queue, 4)).containsExactly(1, 2, 3, 4);
    assertThat(queue.poll(null)).isNull();
    assertThat(queue.size()).as("a drain sees the others all the same").isEqualTo(2);
    queue.endStage();
    assertThat(owner.port.messagesReceived()).isEqualTo(6);
    assertThat(owner.port.bytesReceived()).isEqualTo(60);
    assertThat(polled(queue, 2)).containsExactly(5, 6);
  }

  @Test
  void chunksThatComeInKeepTheirPlaceAmongLoneMessages() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    SlotMetrics other = new SlotMetrics();
    queue.put(1, 10, owner);
    assertThat(queue.stage(new Chunk(new Object[] {2, 3, 4, null}, 3, 30, other))).isTrue();
    queue.put(5, 10, owner);
    assertThat(queue.size()).isEqualTo(5);
    assertThat(queue.depthOf(owner)).isEqualTo(2);
    assertThat(queue.depthOf(other)).isEqualTo(3);
    assertThat(polled(queue, 2)).containsExactly(1, 2);
    assertThat(queue.depthOf(other)).isEqualTo(2);
    assertThat(queue.close()).containsExactly(3, 4, 5);
    assertThat(queue.stage(new Chunk(new Object[] {6, 7}, 2, 20, owner))).isFalse();
    assertThat(queue.size()).isZero();
  }

  @Test
  void aChunkDoesNotOvertakeWhatTheSameThreadHasStaged() {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    for (int i = 1; i <= 6; i++) {
      queue.stage(i, 1, owner);
    }
    assertThat(queue.stage(new Chunk(new Object[] {7, 8}, 2, 2, owner))).isTrue();
    queue.stage(9, 1, owner);
    queue.endStage();
    assertThat(polled(queue, 9)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void aChunkOverTheBoundPausesTheWire() {
    ReceiveQueue<Integer> queue = queue(64, Long.MAX_VALUE);
    assertThat(queue.batchLimit()).as("a small part of the bound").isEqualTo(4);
    int taken = 0;
    while (queue.stage(new Chunk(new Object[] {taken, taken + 1, taken + 2}, 3, 3, owner))) {
      taken += 3;
    }
    assertThat(taken).isEqualTo(63);
    assertThat(queue.batchLimit()).as("another peer brings one at a time").isEqualTo(1);
    assertThat(polled(queue, 32)).hasSize(32);
    assertThat(resumes).hasValue(0);
    assertThat(polled(queue, 34)).hasSize(34);
    assertThat(resumes).hasValue(1);
    assertThat(queue(8, Long.MAX_VALUE).batchLimit()).isEqualTo(1);
  }

  private static List<Integer> polled(ReceiveQueue<Integer> queue, int count) {
    return IntStream.range(0, count).mapToObj(i -> queue.poll(null)).toList();
  }

  @Test
  void stagingPausesTheWireThoughEachReadBringsOneMessage() {
    ReceiveQueue<Integer> queue = queue(100, Long.MAX_VALUE);
    int taken = 0;
    boolean goOn = true;
    while (goOn && taken < 1_000) {
      goOn = queue.stage(taken++, 1, owner);
      queue.endStage();
    }
    assertThat(taken).isEqualTo(100);
    for (int i = 0; i < taken; i++) {
      assertThat(queue.poll(null)).isEqualTo(i);
    }
    assertThat(resumes).hasValue(1);
  }

  @Test
  void smallQueuesAreNotStaged() {
    ReceiveQueue<Integer> queue = queue(8, Long.MAX_VALUE);
    assertThat(queue.stage(1, 1, owner)).isTrue();
    assertThat(queue.poll(null)).isEqualTo(1);
    assertThat(owner.port.messagesReceived()).isEqualTo(1);
  }

  @Test
  void aThreadThatComesWhileAnotherStagesDoesWithout() throws Exception {
    ReceiveQueue<Integer> queue = queue(1000, Long.MAX_VALUE);
    for (int i = 1; i <= 5; i++) {
      queue.stage(i, 1, owner);
    }
    assertThat(Waiting.run(() -> queue.stage(6, 1, owner)).get()).isTrue();
    assertThat(polled(queue, 5)).containsExactly(1, 2, 3, 4, 6);
    queue.endStage();
    assertThat(queue.poll(null)).isEqualTo(5);
    assertThat(owner.port.messagesReceived()).isEqualTo(6);
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
        if (!paused && random.nextInt(100) < 50) {
          model.add(step);
          paused = !queue.put(step, random.nextInt(2_000), owner);
        } else if (!paused && random.nextInt(100) < 10) {
          int together = 1 + random.nextInt(queue.batchLimit());
          Object[] items = new Object[together];
          Arrays.fill(items, step);
          model.addAll(Collections.nCopies(together, step));
          paused = !queue.stage(new Chunk(items, together, random.nextInt(20_000), owner));
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
