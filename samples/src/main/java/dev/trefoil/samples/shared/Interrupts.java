package dev.trefoil.samples.shared;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets SIGINT and SIGTERM end a command in order: what it waits for is interrupted, what it has in
 * hand gets a short grace, and then the process ends with 130 or 143.
 *
 * <p>A shutdown hook does it, so the JVM itself sets the exit code and needs no private signal
 * classes. The hook holds the JVM until the command has closed this, or the grace is over.
 *
 * <p>Threads: the command's thread calls everything but {@link #stop}, which the hook calls. Close
 * it when the command has ended.
 */
public final class Interrupts implements AutoCloseable {
  /** For what is in hand; the rest of the time that a stopped command has is for its end. */
  static final Duration GRACE = Duration.ofMillis(1_500);

  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Duration longest;
  private final Thread hook = new Thread(this::stopAndWait, "trefoil-stop");

  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Thread waiting; // guarded by lock: whom stop() interrupts
  private volatile long stoppedAtNanos;

  /** Work that a stop may interrupt. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  private Interrupts(Duration longest) {
    this.longest = longest;
  }

  /** Installs the hook of a command that ends within two seconds once it is stopped. */
  public static Interrupts install() {
    return install(LONGEST);
  }

  /**
   * Installs the hook of a command that has something to do when it is stopped.
   *
   * @param longest when this has passed after the stop the process ends, whatever it does
   */
  public static Interrupts install(Duration longest) {
    Interrupts interrupts = new Interrupts(longest);
    Runtime.getRuntime().addShutdownHook(interrupts.hook);
    return interrupts;
  }

  /** Whether the command has been told to stop. */
  public boolean stopped() {
    return stopping.getCount() == 0;
  }

  /** How much of the grace is left; a long time if nobody stopped the command. */
  public Duration graceLeft() {
    if (!stopped()) {
      return Duration.ofDays(365);
    }
    Duration left = GRACE.minusNanos(System.nanoTime() - stoppedAtNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Runs work until it is done or interrupted by a stop. Afterwards nothing is interrupted any
   * more, so that what follows can finish in order.
   */
  public void untilStopped(Body body) throws Exception {
    lock.lock();
    try {
      waiting = Thread.currentThread();
    } finally {
      lock.unlock();
    }
    try {
      if (!stopped()) {
        body.run();
      }
    } catch (InterruptedException e) {
      if (!stopped()) {
        throw e;
      }
    } finally {
      lock.lock();
      try {
        waiting = null;
      } finally {
        lock.unlock();
      }
      if (stopped()) {
        Thread.interrupted();
      }
    }
  }

  /**
   * Lets time pass that stands for work. A stop lets it end if it can within the grace.
   *
   * @return false if it was given up
   */
  boolean work(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    try {
      if (!stopping.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      if (!stopped()) {
        throw e;
      }
    }
    long left = end - System.nanoTime();
    if (left > graceLeft().toNanos()) {
      return false;
    }
    lock.lock();
    try {
      // stop() interrupts at most once; from here on this thread is past it.
      waiting = null;
    } finally {
      lock.unlock();
    }
    Thread.interrupted();
    TimeUnit.NANOSECONDS.sleep(left);
    return true;
  }

  /** Tells the command to stop; later calls do nothing. */
  void stop() {
    lock.lock();
    try {
      if (stopped()) {
        return;
      }
      stoppedAtNanos = System.nanoTime();
      stopping.countDown();
      if (waiting != null) {
        waiting.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  private void stopAndWait() {
    stop();
    try {
      closed.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the JVM is going down: nothing is left to do
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (!stopped()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The signal came just now: the hook finds 'closed' and lets the JVM go.
        stop();
      }
    }
  }
}
