package dev.trefoil.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The rules of Reactive Streams, as far as a publisher has to keep them. */
final class FlowBridgeTest {
  private final Queue<Integer> source = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final FlowBridge<Integer> bridge = new FlowBridge<>(tasks::add, source::poll);
  private final Recorder recorder = new Recorder();

  /** Notes the signals in order. */
  private static class Recorder implements Flow.Subscriber<Integer> {
    final List<Object> signals = new ArrayList<>();
    Consumer<Integer> onNext = item -> {};
    Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription to) {
      subscription = to;
    }

    @Override
    public void onNext(Integer item) {
      signals.add(item);
      onNext.accept(item);
    }

    @Override
    public void onError(Throwable error) {
      signals.add(error.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
      signals.add("complete");
    }
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void offer(int... items) {
    for (int item : items) {
      source.add(item);
    }
    bridge.pump();
    runAll();
  }

  @Test
  void nothingComesWithoutDemandAndNoMoreThanWasAskedFor() {
    bridge.subscribe(recorder);
    offer(1, 2, 3);
    assertThat(recorder.signals).isEmpty();

    recorder.subscription.request(2);
    runAll();
    assertThat(recorder.signals).containsExactly(1, 2);
    recorder.subscription.request(5);
    offer(4);
    assertThat(recorder.signals).containsExactly(1, 2, 3, 4);
  }

  @Test
  void demandAddsUpWithoutOverflow() {
    bridge.subscribe(recorder);
    recorder.subscription.request(Long.MAX_VALUE);
    recorder.subscription.request(Long.MAX_VALUE);
    offer(1, 2, 3);
    assertThat(recorder.signals).containsExactly(1, 2, 3);
  }

  @Test
  void requestingFromWithinOnNextDoesNotRecurse() {
    AtomicInteger depth = new AtomicInteger();
    recorder.onNext =
        item -> {
          assertThat(depth.incrementAndGet()).isEqualTo(1);
          recorder.subscription.request(1);
          depth.decrementAndGet();
        };
    bridge.subscribe(recorder);
    for (int i = 0; i < 10_000; i++) {
      source.add(i);
    }
    recorder.subscription.request(1);
    runAll();
    assertThat(recorder.signals).hasSize(10_000);
  }

  @Test
  void requestingNothingOrLessIsAnErrorAndEndsTheSubscription() {
    for (long bad : new long[] {0, -1, Long.MIN_VALUE}) {
      Recorder each = new Recorder();
      bridge.subscribe(each);
      each.subscription.request(bad);
      offer(1);
      each.subscription.request(1);
      runAll();
      assertThat(each.signals).as("request(%d)", bad).containsExactly("IllegalArgumentException");
    }
  }

  @Test
  void afterCancellingNothingComesAndAnotherMaySubscribe() {
    bridge.subscribe(recorder);
    recorder.subscription.request(10);
    offer(1);
    recorder.subscription.cancel();
    recorder.subscription.cancel();
    recorder.subscription.request(0);
    offer(2);
    assertThat(recorder.signals).containsExactly(1);

    Recorder second = new Recorder();
    bridge.subscribe(second);
    second.subscription.request(1);
    runAll();
    assertThat(second.signals).containsExactly(2);
  }

  @Test
  void cancellingFromWithinOnNextStopsAtOnce() {
    recorder.onNext = item -> recorder.subscription.cancel();
    bridge.subscribe(recorder);
    recorder.subscription.request(10);
    offer(1, 2, 3);
    assertThat(recorder.signals).containsExactly(1);
    assertThat(source).containsExactly(2, 3);
  }

  @Test
  void aSecondSubscriberIsRefusedAndHarmsNotTheFirst() {
    Recorder second = new Recorder();
    bridge.subscribe(recorder);
    bridge.subscribe(second);
    assertThat(second.subscription).isNotNull();
    assertThat(second.signals).containsExactly("IllegalStateException");
    second.subscription.request(1);
    second.subscription.cancel();

    recorder.subscription.request(1);
    offer(1);
    assertThat(recorder.signals).containsExactly(1);
  }

  @Test
  void completionComesAfterTheLastItemAndOnce() {
    bridge.subscribe(recorder);
    recorder.subscription.request(10);
    source.add(1);
    source.add(2);
    bridge.complete();
    bridge.complete();
    runAll();
    recorder.subscription.request(1);
    runAll();
    assertThat(recorder.signals).containsExactly(1, 2, "complete");
  }

  @Test
  void completionNeedsNoDemand() {
    bridge.subscribe(recorder);
    bridge.complete();
    runAll();
    assertThat(recorder.signals).containsExactly("complete");
  }

  @Test
  void whoSubscribesAfterTheEndIsToldSo() {
    bridge.complete();
    bridge.subscribe(recorder);
    runAll();
    assertThat(recorder.subscription).isNotNull();
    assertThat(recorder.signals).containsExactly("complete");
  }

  @Test
  void aSubscriberThatThrowsIsCancelledAndLeavesRoomForAnother() {
    recorder.onNext =
        item -> {
          throw new AssertionError("an Error");
        };
    bridge.subscribe(recorder);
    recorder.subscription.request(10);
    offer(1, 2);
    assertThat(recorder.signals).containsExactly(1);

    Recorder next = new Recorder();
    bridge.subscribe(next);
    next.subscription.request(1);
    runAll();
    assertThat(next.signals).containsExactly(2);
  }

  @Test
  void aSubscriberThatIsNullOrThrowsWhenItSubscribesDoesNotBlockTheFlow() {
    assertThatThrownBy(() -> bridge.subscribe(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("subscriber");
    Recorder broken =
        new Recorder() {
          @Override
          public void onSubscribe(Flow.Subscription to) {
            throw new IllegalStateException("broken");
          }
        };
    assertThatThrownBy(() -> bridge.subscribe(broken)).hasMessage("broken");

    bridge.subscribe(recorder);
    recorder.subscription.request(1);
    offer(1);
    assertThat(recorder.signals).containsExactly(1);
  }

  @Test
  void demandFromWithinOnSubscribeIsServedAfterIt() {
    Recorder eager =
        new Recorder() {
          @Override
          public void onSubscribe(Flow.Subscription to) {
            super.onSubscribe(to);
            to.request(1);
            assertThat(tasks).isEmpty();
          }
        };
    source.add(1);
    bridge.subscribe(eager);
    runAll();
    assertThat(eager.signals).containsExactly(1);
  }

  @Test
  void aSubscriberHearsThatTheExecutorTakesNoMoreWork() {
    FlowBridge<Integer> refused =
        new FlowBridge<>(
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            source::poll);
    refused.subscribe(recorder);
    assertThat(recorder.signals).containsExactly("RejectedExecutionException");
  }

  @Test
  void signalsComeOneAtATimeFromManyThreads() throws Exception {
    int count = 20_000;
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      FlowBridge<Integer> shared = new FlowBridge<>(pool, source::poll);
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      CountDownLatch all = new CountDownLatch(count);
      recorder.onNext =
          item -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            recorder.subscription.request(1);
            inside.decrementAndGet();
            all.countDown();
          };
      shared.subscribe(recorder);
      recorder.subscription.request(1);
      for (int i = 0; i < count; i++) {
        source.add(i);
        shared.pump();
      }
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(most).hasValue(1);
    } finally {
      pool.shutdownNow();
    }
  }
}
