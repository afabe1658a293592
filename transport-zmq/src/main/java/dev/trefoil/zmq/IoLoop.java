package dev.trefoil.zmq;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Ctx;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZObject;
import zmq.io.IOThread;

/**
 * One of JeroMQ's I/O threads, and the way to run something on it: a {@link Bell}, which is hung up
 * by a command through its mailbox, the only door that JeroMQ has. Everything that touches an
 * engine runs here.
 *
 * <p>Any thread may call {@link #execute}; the rest belongs to the loop's own thread.
 */
final class IoLoop extends ZObject {
  private static final Logger LOG = LoggerFactory.getLogger(IoLoop.class);

  private final IOThread ioThread;
  private final Thread thread;
  private final SocketBase witness;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Stillness stillness = new Stillness();
  private final AtomicBoolean salvaging = new AtomicBoolean();
  private boolean running;
  private boolean inEvent;
  private volatile boolean dead;
  private volatile @Nullable Thread keeper;
  private volatile @Nullable Bell bell;

  IoLoop(Ctx context, IOThread ioThread, Thread thread, SocketBase witness) {
    super(context, ioThread.getTid());
    this.ioThread = ioThread;
    this.thread = thread;
    this.witness = witness;
    execute(this::hangBell);
  }

  /** From now on tasks come without JeroMQ's mailbox, if there is a pipe to be had. */
  private void hangBell() {
    try {
      bell = Bell.hang(ioThread, this::processCancel);
    } catch (IOException e) {
      LOG.warn("no pipe for an I/O thread, which wakes more slowly without: {}", e.getMessage());
    }
  }

  /** The loop's thread has ended. */
  void close() {
    Bell hung = bell;
    if (hung != null) {
      hung.close();
    }
  }

  IOThread ioThread() {
    return ioThread;
  }

  /** {@return the socket that engines of this loop report events to} */
  SocketBase witness() {
    return witness;
  }

  /** {@return whether the caller is this loop's thread, or the one that gives the loop up} */
  boolean inLoop() {
    Thread current = Thread.currentThread();
    return current == thread || current == keeper;
  }

  /** {@return whether tasks can still be expected to run} */
  boolean alive() {
    return !dead && thread.isAlive();
  }

  /** {@return whether the thread has not ended, given up or not} */
  boolean threadLives() {
    return thread.isAlive();
  }

  /** {@return where the thread is, for the log} */
  String where() {
    return Arrays.stream(thread.getStackTrace())
        .map(frame -> "\n\tat " + frame)
        .collect(Collectors.joining());
  }

  /** Gives the loop up: its thread does not answer any more. */
  void abandon() {
    dead = true;
  }

  /** {@return true for the first who gives it up} */
  boolean beginSalvage() {
    return !salvaging.getAndSet(true);
  }

  void endSalvage() {
    salvaging.set(false);
  }

  /** Another thread tells listeners from now on that the connections are gone. */
  void keptBy(Thread other) {
    keeper = other;
  }

  Stillness stillness() {
    return stillness;
  }

  /** Takes a connection; false if the loop was given up. */
  boolean adopt(Connection connection) {
    connections.add(connection);
    return !dead;
  }

  /** A connection has ended. */
  void release(Connection connection) {
    connections.remove(connection);
  }

  Set<Connection> connections() {
    return connections;
  }

  /**
   * Runs a task on the loop's thread, after what it is doing now; never within the call. What comes
   * after the loop was given up is forgotten: by then its connections have ended.
   */
  void execute(Runnable task) {
    if (dead) {
      return;
    }
    tasks.add(task);
    if (Thread.currentThread() == thread && inEvent) {
      return;
    }
    signal();
  }

  /** A timer may be late: what comes for a loop that has ended is dropped. */
  private void signal() {
    if (dead || signalled.getAndSet(true)) {
      return;
    }
    Bell hung = bell;
    try {
      if (hung != null) {
        hung.ring();
      } else {
        sendCancel();
      }
    } catch (IOException | ZError.IOException e) {
      if (!dead) {
        throw new IllegalStateException("an I/O thread cannot be woken", e);
      }
      LOG.debug("a task came after the end", e);
    }
  }

  /** An engine is about to work: tasks that it causes wait for {@link #eventEnds}. */
  boolean eventBegins() {
    boolean outermost = !inEvent;
    inEvent = true;
    stillness.moved();
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
