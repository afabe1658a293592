package dev.trefoil.zmq;

import dev.trefoil.spi.Timekeeper;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a second whether the threads of the transport live and get on, and has those replaced
 * that do not: a dead one at once, one that stands still after about four seconds.
 *
 * <p>The timer's thread, but for {@link #start} and {@link #close}, which any thread may call.
 */
final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Timekeeper timekeeper;
  private final IoThreads threads;
  private final Doorman doorman;
  private volatile boolean closed;
  private volatile Timekeeper.@Nullable Timeout next;

  Watchdog(Timekeeper timekeeper, IoThreads threads, Doorman doorman) {
    this.timekeeper = timekeeper;
    this.threads = threads;
    this.doorman = doorman;
  }

  void start() {
    next = timekeeper.schedule(PERIOD_NANOS, this::tick);
  }

  void close() {
    closed = true;
    Timekeeper.Timeout waiting = next;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void tick() {
    if (closed) {
      return;
    }
    try {
      for (IoLoop loop : threads.loops()) {
        look(loop);
      }
      if (doorman.revive()) {
        LOG.error("the thread that accepts and connects had died: another goes on with its work");
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("an I/O thread could not be replaced: trying again in a moment", e);
    } finally {
      start();
    }
  }

  private void look(IoLoop loop) {
    if (!loop.threadLives()) {
      lose(loop, "the I/O thread of this side died", "");
      return;
    }
    long now = System.nanoTime();
    Stillness stillness = loop.stillness();
    if (stillness.look(now)) {
      loop.execute(stillness::answered);
    }
    if (!loop.alive() || stillness.standsStill(now)) {
      lose(loop, "the I/O thread of this side stood still", loop.where());
    }
  }

  private void lose(IoLoop loop, String why, String where) {
    LOG.error("{}: it is replaced, and its connections are made anew{}", why, where);
    threads.replace(loop, why);
  }
}
