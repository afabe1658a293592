package dev.trefoil.zmq;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Ctx;
import zmq.ZError;
import zmq.ZObject;
import zmq.io.IOThread;

/**
 * One of JeroMQ's I/O threads, and the way to run something on it: a command through its mailbox,
 * the only door that JeroMQ has. Everything that touches an engine runs here.
 *
 * <p>Any thread may call {@link #execute}; the rest belongs to the loop's own thread.
 */
final class IoLoop extends ZObject {
  private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);

  private final IOThread ioThread;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private boolean running;
  private boolean inEvent;
  private volatile boolean dead;

  IoLoop(Ctx context, IOThread ioThread, Thread thread) {
    super(context, ioThread.getTid());
    this.ioThread = ioThread;
    this.thread = thread;
  }

  IOThread ioThread() {
    return ioThread;
  }

  /** {@return whether the caller is this loop's thread} */
  boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  /** {@return whether tasks can still be expected to run} */
  boolean alive() {
    return !dead && thread.isAlive();
  }

  /** Gives the loop up: its thread does not answer any more. */
  void abandon() {
    dead = true;
  }

  /** Runs a task on the loop's thread, after what it is doing now; never within the call. */
  void execute(Runnable task) {
    tasks.add(task);
    if (inLoop() && inEvent) {
      return;
    }
    signal();
  }

  /** A timer may be late: what comes for a loop that has ended is dropped. */
  private void signal() {
    if (dead || signalled.getAndSet(true)) {
      return;
    }
    try {
      sendCancel();
    } catch (ZError.IOException e) {
      if (!dead) {
        throw e;
      }
      LOG.debug("a task came after the end", e);
    }
  }

  /** An engine is about to work: tasks that it causes wait for {@link #eventEnds}. */
  boolean eventBegins() {
    boolean outermost = !inEvent;
    inEvent = true;
    return outermost;
  }

  /** The engine has done its work, and the loop is between two events. */
  void eventEnds() {
    runTasks();
    inEvent = false;
    if (!tasks.isEmpty()) {
      signal();
    }
  }

  @Override
  protected void processCancel() {
    signalled.set(false);
    boolean outermost = eventBegins();
    if (outermost) {
      eventEnds();
    }
  }

  private void runTasks() {
    if (running) {
      return;
    }
    running = true;
    try {
      Runnable task = tasks.poll();
      while (task != null) {
        try {
          task.run();
        } catch (RuntimeException | AssertionError e) {
          LOG.error("a task of an I/O thread failed; the thread goes on", e);
        }
        task = tasks.poll();
      }
    } finally {
      running = false;
    }
  }
}
