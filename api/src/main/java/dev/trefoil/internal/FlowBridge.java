package dev.trefoil.internal;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A role's queue as a {@link Flow.Publisher}: hands on what was asked for, one call at a time, on
 * the handler executor. One subscriber at a time; after it cancelled another may come.
 *
 * @param <D> what flows
 */
final class FlowBridge<D> implements Flow.Publisher<D> {
  private static final Logger LOG = LoggerFactory.getLogger(FlowBridge.class);

  private final Executor executor;
  private final Supplier<@Nullable D> source;
  private final AtomicReference<@Nullable Link> current = new AtomicReference<>();
  private volatile boolean completed;

  FlowBridge(Executor executor, Supplier<@Nullable D> source) {
    this.executor = executor;
    this.source = source;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super D> subscriber) {
    Link link = new Link(Objects.requireNonNull(subscriber, "the subscriber must not be null"));
    if (!current.compareAndSet(null, link)) {
      subscriber.onSubscribe(new Refused());
      subscriber.onError(new IllegalStateException("this flow has a subscriber already"));
      return;
    }
    try {
      subscriber.onSubscribe(link);
    } catch (RuntimeException | Error e) {
      link.cancel(); // so that another may come
      throw e;
    }
    link.subscribed = true;
    link.pump();
  }

  /** There may be something to hand on. */
  void pump() {
    Link link = current.get();
    if (link != null) {
      link.pump();
    }
  }

  /** Nothing more will come. */
  void complete() {
    completed = true;
    pump();
  }

  /** One subscriber. {@code turns} makes its calls one at a time: only the 0 → 1 step runs them. */
  private final class Link implements Flow.Subscription {
    private final Flow.Subscriber<? super D> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger turns = new AtomicInteger();
    private volatile boolean subscribed;
    private volatile boolean cancelled;
    private volatile @Nullable Throwable error;

    Link(Flow.Subscriber<? super D> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        error = new IllegalArgumentException("a flow subscriber must request at least 1, not " + n);
      } else {
        demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      pump();
    }

    @Override
    public void cancel() {
      cancelled = true;
      current.compareAndSet(this, null);
    }

    void pump() {
      if (!subscribed || turns.getAndIncrement() != 0) {
        return;
      }
      try {
        executor.execute(this::run);
      } catch (RuntimeException | Error e) { // the executor is the user's: it may throw anything
        LOG.debug("the handler executor takes no more work; a flow ends", e);
        fail(e);
      }
    }

    /** Nothing will run for this subscriber again, so that it is told on the thread at hand. */
    private void fail(Throwable why) {
      boolean over = cancelled;
      cancel();
      if (over) {
        return;
      }
      try {
        subscriber.onError(why);
      } catch (RuntimeException | Error e) {
        LOG.error("a flow's subscriber failed; it is cancelled", e);
      }
    }

    private void run() {
      int missed = 1;
      while (missed != 0) {
        try {
          drain();
        } catch (RuntimeException | Error e) {
          LOG.error("a flow's subscriber failed; it is cancelled", e);
          cancel();
        }
        missed = turns.addAndGet(-missed);
      }
    }

    private void drain() {
      while (!cancelled) {
        Throwable failure = error;
        if (failure != null) {
          cancel();
          subscriber.onError(failure);
          return;
        }
        boolean last = completed;
        D item = demand.get() > 0 ? source.get() : null;
        if (item != null) {
          if (demand.get() != Long.MAX_VALUE) {
            demand.decrementAndGet();
          }
          subscriber.onNext(item);
        } else {
          if (last) {
            cancel();
            subscriber.onComplete();
          }
          return;
        }
      }
    }
  }

  /** For a subscriber that came second. */
  private static final class Refused implements Flow.Subscription {
    @Override
    public void request(long n) {
      // Nothing will ever come: the subscriber was told so by onError.
    }

    @Override
    public void cancel() {
      // Nothing to take back.
    }
  }
}
