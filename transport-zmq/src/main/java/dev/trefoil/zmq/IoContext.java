package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Ctx;
import zmq.SocketBase;
import zmq.ZMQ;
import zmq.ZObject;
import zmq.io.IOThread;
import zmq.poll.Poller;

/**
 * One JeroMQ context with one I/O thread, so that a thread that breaks takes nothing else with it
 * when it is replaced. Its one socket is never bound, connected or read: the context starts its
 * thread with the first socket, and engines report events through one.
 *
 * <p>Any thread may call it.
 */
final class IoContext {
  private static final Logger LOG = LoggerFactory.getLogger(IoContext.class);
  private static final int HANDSHAKE_FAILURES =
      ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
          | ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
          | ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

  private final Ctx context = new Ctx();
  private final List<Thread> threads = new ArrayList<>();
  private final SocketBase witness;
  private final String label;
  private final String suffix;
  private final IoLoop loop;
  private final AtomicBoolean ending = new AtomicBoolean();
  private @Nullable Poller poller;

  /** Starts one; {@code suffix} ends the names of its threads. */
  IoContext(String label, String suffix) {
    this.label = label;
    this.suffix = suffix;
    context.set(ZMQ.ZMQ_IO_THREADS, 1);
    context.setThreadFactory(this::thread);
    context.setNotificationExceptionHandler(
        (thread, e) -> LOG.warn("JeroMQ caught an exception on {}", thread.getName(), e));
    context.setUncaughtExceptionHandler(
        (thread, e) -> LOG.error("JeroMQ's thread {} died", thread.getName(), e));
    witness = context.createSocket(ZMQ.ZMQ_PAIR);
    witness.setSocketOpt(ZMQ.ZMQ_LINGER, 0);
    witness.setEventHook(Gate::witnessed, ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL | HANDSHAKE_FAILURES);
    IOThread ioThread = new Picker(context).pick();
    loop = new IoLoop(context, ioThread, threads.get(threads.size() - 1), witness);
  }

  IoLoop loop() {
    return loop;
  }

  /** Ends what is left of the connections, from outside of their loop, and tells their ports. */
  void loseConnections(DisconnectReason reason, String detail) {
    loop.abandon();
    for (Connection connection : loop.connections()) {
      try {
        connection.lost(reason, detail);
      } catch (RuntimeException e) {
        LOG.error("a connection of an I/O thread that was given up did not end well", e);
      }
    }
  }

  /**
   * Ends the threads. JeroMQ waits without limit for a thread that stands still, and an interrupt
   * breaks it, so its part runs on a thread of its own, which this returns.
   */
  Thread close() {
    loop.abandon();
    Thread ender = new Thread(this::end, label + "-zmq-end-" + suffix);
    ender.setDaemon(true);
    ender.start();
    return ender;
  }

  private void end() {
    if (ending.getAndSet(true)) {
      return;
    }
    Poller running = poller;
    if (running != null) {
      running.stop();
      if (!loop.threadLives()) {
        // It died on its way, so nobody would say that it has stopped: this says it.
        running.run();
      }
    }
    witness.close();
    context.terminate();
    loop.close();
  }

  private Thread thread(Runnable body, String name) {
    boolean io = name.startsWith("iothread");
    Thread thread = new Thread(body, label + "-zmq-" + (io ? "iothread-" : "reaper-") + suffix);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(context.getUncaughtExceptionHandler());
    if (io) {
      threads.add(thread);
      poller = (Poller) body;
    }
    return thread;
  }

  /** Borrows the one way to an I/O thread that JeroMQ's objects have. */
  private static final class Picker extends ZObject {
    Picker(Ctx context) {
      super(context, 0);
    }

    IOThread pick() {
      return chooseIoThread(1);
    }
  }
}
