package dev.trefoil.raw.engine;

import dev.trefoil.spi.Looks;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a loop learns that channels are ready: it looks again for a while, as long as that pays, and
 * then sleeps in select. Confined to the loop, but {@link #wake}.
 */
final class Lookout {
  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

  /** How long to look again and again before sleeping, as long as that pays. */
  private static final int LONGEST_SPIN_NANOS = 50_000;

  private static final int SHORTEST_SPIN_NANOS = 2_000;
  private static final int PROBE_EVERY = 64;

  /** Some ten microseconds' worth. */
  private static final int MOST_LOOKS = 32;

  private static final int LOOKS_A_ROUND = 8;

  private final Loop loop;
  private final LoopSelector selector;
  private final boolean spin;
  private final AtomicBoolean awake = new AtomicBoolean(true);
  private final Consumer<SelectionKey> dispatch = Lookout::dispatch;
  private final Likely likely = new Likely(Lookout::dispatch);
  private final Looks looks = new Looks(MOST_LOOKS);
  private int spinNanos = LONGEST_SPIN_NANOS;
  private int sleeps;

  Lookout(Loop loop, LoopSelector.Source selectors, boolean spin) throws IOException {
    this.loop = loop;
    this.selector = new LoopSelector(selectors);
    this.spin = spin;
  }

  /** {@return whether it looks again without end, and never sleeps in select} */
  boolean neverSleeps() {
    return spin;
  }

  /** Registers a channel. */
  SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
    return selector.register(channel, operations, ready);
  }

  /** Forgets a channel that is closed, and whose it was. */
  void forget(@Nullable SelectionKey key, Ready owner) {
    selector.forget(key);
    likely.forget(owner);
  }

  /** A connection has read something: it is the first one to look at next, perhaps. */
  void wasRead(Ready connection, int count) {
    likely.wasRead(connection, count);
  }

  /** Has the selector let go of channels that were closed. */
  void purge() {
    try {
      selectNow();
    } catch (IOException e) {
      LOG.debug("letting go of closed channels failed", e);
    }
  }

  /** Ends the sleep of whoever is at it. Any thread. */
  void wake() {
    if (!awake.get() && awake.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** The same, whether anybody sleeps or not. Any thread. */
  void alarm() {
    selector.wakeup();
  }

  /**
   * Waits until channels are ready, and has them do what they are ready for.
   *
   * @param until ends the wait when it is so; whoever makes it so calls {@link #wake}
   * @param wait how long at most, in nanoseconds; 0 for not at all
   * @return whether the selector was asked: else a channel may be ready whose time seems to be over
   */
  boolean watch(BooleanSupplier until, long wait) throws IOException {
    if (spin) {
      lookAround(until);
    } else if (wait == 0 || !look(until, wait)) {
      sleep(until, wait);
    }
    awake.set(true);
    return likely.askedAll();
  }

  private void sleep(BooleanSupplier until, long wait) throws IOException {
    awake.set(false);
    if (wait == 0 || loop.hasTasks() || until.getAsBoolean() || loop.isStopped()) {
      selectNow();
    } else {
      likely.selects();
      likely.selected(selector.select(dispatch, wait / 1_000_000 + 1));
    }
  }

  /** A few looks; a round between them costs as much as one. */
  private void lookAround(BooleanSupplier until) throws IOException {
    for (int i = 0; i < LOOKS_A_ROUND; i++) {
      if (likely.hadSomething() || selectNow()) {
        looks.paid();
        return;
      }
      looks.inVain();
      if (loop.hasTasks() || until.getAsBoolean() || loop.isStopped()) {
        return;
      }
    }
  }

  /**
   * Looks for a short while before going to sleep, as long as that paid off lately: a processor
   * that sleeps takes tens of microseconds to wake.
   *
   * @return whether there was something
   */
  private boolean look(BooleanSupplier until, long wait) throws IOException {
    int budget = spinNanos;
    if (budget < SHORTEST_SPIN_NANOS) {
      if (++sleeps % PROBE_EVERY != 0) {
        return false;
      }
      budget = LONGEST_SPIN_NANOS;
    }
    long end = System.nanoTime() + Math.min(budget, wait);
    do {
      if (likely.hadSomething() || selectNow() || loop.hasTasks() || until.getAsBoolean()) {
        spinNanos = Math.min(LONGEST_SPIN_NANOS, 2 * budget);
        return true;
      }
      Thread.onSpinWait();
    } while (System.nanoTime() - end < 0 && !loop.isStopped());
    spinNanos = budget / 2;
    return false;
  }

  private boolean selectNow() throws IOException {
    likely.selects();
    int channels = selector.selectNow(dispatch);
    likely.selected(channels);
    return channels > 0;
  }

  private static void dispatch(SelectionKey key) {
    try {
      dispatch((Ready) key.attachment(), key.readyOps());
    } catch (CancelledKeyException e) {
      LOG.trace("a channel was closed while it was looked at", e);
    }
  }

  private static void dispatch(Ready channel, int operations) {
    try {
      channel.ready(operations);
    } catch (CancelledKeyException e) {
      LOG.trace("a channel was closed while it was looked at", e);
    } catch (RuntimeException | Error e) { // without descriptors, even loading a class fails
      LOG.error("a channel's event failed", e);
      Loop.giveUp(channel, e);
    }
  }

  /** As {@link LoopSelector#replace}. */
  List<Ready> replace() throws IOException {
    return selector.replace();
  }

  void close() {
    selector.close();
  }
}
