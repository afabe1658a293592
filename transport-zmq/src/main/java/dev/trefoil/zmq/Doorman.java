package dev.trefoil.zmq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that accepts and connects, for all roles, with a selector of its own: so that errors
 * of bind, accept and connect are ours to see, and a name that is slow to resolve delays nobody.
 *
 * <p>Any thread may call {@link #execute} and {@link #resolve}; the rest runs on the doorman's.
 */
final class Doorman {
  /** Is told when its channel is ready; on the doorman's thread. */
  interface Guest {
    void ready(SelectionKey key);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Doorman.class);
  private static final int RESOLVERS = 4;
  private static final int MOST_WAITING_NAMES = 4_096;

  private final Selector selector;
  private final String label;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor resolvers;
  private volatile Thread thread;
  private volatile boolean closed;

  Doorman(String label) {
    this.label = label;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector: are there descriptors left?", e);
    }
    thread = thread();
    resolvers =
        new ThreadPoolExecutor(
            RESOLVERS,
            RESOLVERS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING_NAMES),
            body -> {
              Thread resolver = new Thread(body, label + "-zmq-names");
              resolver.setDaemon(true);
              return resolver;
            });
    resolvers.allowCoreThreadTimeOut(true);
  }

  private Thread thread() {
    Thread made = new Thread(this::run, label + "-zmq-door");
    made.setDaemon(true);
    made.setUncaughtExceptionHandler((dead, e) -> LOG.error("{} died", dead.getName(), e));
    return made;
  }

  void start() {
    thread.start();
  }

  /** Starts another thread if the first died; false if it lives. The watchdog's thread only. */
  boolean revive() {
    if (closed || thread.isAlive()) {
      return false;
    }
    thread = thread();
    thread.start();
    return true;
  }

  /** Runs a task on the doorman's thread. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Runs a task on the doorman's thread and waits until what it closed is really closed. */
  void executeAndWait(Runnable task, long millis) {
    if (Thread.currentThread() == thread || !thread.isAlive()) {
      task.run();
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    execute(
        () -> {
          task.run();
          flushCancelled();
          done.countDown();
        });
    boolean interrupted = false;
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      try {
        if (!done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn("the thread that accepts did not answer within {} ms", millis);
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs what may block on a name on a thread of its own; false if there is no room for it. */
  boolean resolve(Runnable task) {
    try {
      resolvers.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.debug("a name is not looked up now", e);
      return false;
    }
  }

  /** Watches a channel; on the doorman's thread. */
  void watch(SelectableChannel channel, int operations, Guest guest) throws IOException {
    channel.register(selector, operations, guest);
  }

  /** Stops watching, so that the channel can move to another selector; on the doorman's thread. */
  void unwatch(SelectableChannel channel) {
    SelectionKey key = channel.keyFor(selector);
    if (key != null) {
      key.cancel();
    }
  }

  /** Ends the thread. */
  void close(long millis) throws InterruptedException {
    closed = true;
    resolvers.shutdownNow();
    selector.wakeup();
    if (thread.isAlive() && Thread.currentThread() != thread) {
      thread.join(millis);
    }
    if (!thread.isAlive()) {
      closeSelector();
    }
  }

  private void run() {
    while (!closed) {
      try {
        selector.select(this::admit);
        runTasks();
      } catch (IOException e) {
        LOG.error("the selector that accepts and connects failed; it goes on", e);
      }
    }
    runTasks();
    closeSelector();
  }

  private void admit(SelectionKey key) {
    try {
      if (key.attachment() instanceof Guest guest) {
        guest.ready(key);
      }
    } catch (CancelledKeyException e) {
      LOG.debug("a channel was closed while it became ready", e);
    } catch (RuntimeException e) {
      LOG.error("accepting or connecting failed; the thread goes on", e);
    }
  }

  private void runTasks() {
    Runnable task = tasks.poll();
    while (task != null) {
      try {
        task.run();
      } catch (RuntimeException e) {
        LOG.error("a task of the thread that accepts failed; the thread goes on", e);
      }
      task = tasks.poll();
    }
  }

  private void flushCancelled() {
    try {
      selector.selectNow(this::admit);
    } catch (IOException e) {
      LOG.debug("the selector did not forget what was closed", e);
    }
  }

  private void closeSelector() {
    try {
      selector.close();
    } catch (IOException e) {
      LOG.debug("the selector did not close well", e);
    }
  }
}
