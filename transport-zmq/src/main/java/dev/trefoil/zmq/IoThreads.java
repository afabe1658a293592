package dev.trefoil.zmq;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Ctx;
import zmq.SocketBase;
import zmq.ZMQ;
import zmq.ZObject;
import zmq.io.IOThread;

/**
 * One JeroMQ context with its I/O threads. Its one socket is never bound, connected or read: the
 * context starts its threads with the first socket, and engines report events through one.
 *
 * <p>Any thread may call it. Close it after every connection is gone.
 */
final class IoThreads {
  private static final Logger LOG = LoggerFactory.getLogger(IoThreads.class);
  private static final int MOST = 32;

  private final Ctx context = new Ctx();
  private final Map<String, Thread> threads = new ConcurrentHashMap<>();
  private final List<IoLoop> loops = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final SocketBase witness;
  private final String label;

  IoThreads(String label, int count) {
    this.label = label;
    int wanted = Math.min(count, MOST);
    context.set(ZMQ.ZMQ_IO_THREADS, wanted);
    context.setThreadFactory(this::thread);
    context.setNotificationExceptionHandler(
        (thread, e) -> LOG.warn("JeroMQ caught an exception on {}", thread.getName(), e));
    context.setUncaughtExceptionHandler(
        (thread, e) -> LOG.error("JeroMQ's thread {} died", thread.getName(), e));
    witness = context.createSocket(ZMQ.ZMQ_PAIR);
    witness.setSocketOpt(ZMQ.ZMQ_LINGER, 0);
    witness.setEventHook(Gate::witnessed, ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL | HANDSHAKE_FAILURES);
    Picker picker = new Picker(context);
    for (int i = 0; i < wanted; i++) {
      IOThread ioThread = picker.pick(i);
      loops.add(new IoLoop(context, ioThread, threadOf(ioThread)));
    }
  }

  private static final int HANDSHAKE_FAILURES =
      ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
          | ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
          | ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

  /** {@return the loop for the next connection: each in turn} */
  IoLoop next() {
    int first = Math.floorMod(next.getAndIncrement(), loops.size());
    for (int i = 0; i < loops.size(); i++) {
      IoLoop loop = loops.get((first + i) % loops.size());
      if (loop.alive()) {
        return loop;
      }
    }
    return loops.get(first);
  }

  List<IoLoop> loops() {
    return loops;
  }

  /** {@return the socket that engines report events to} */
  SocketBase witness() {
    return witness;
  }

  /**
   * Ends the threads. JeroMQ waits without limit for a thread that died, and an interrupt breaks
   * it, so its part runs on a thread of its own.
   *
   * @return false if a thread did not end in time
   */
  boolean close(long millis) throws InterruptedException {
    loops.forEach(IoLoop::abandon);
    Thread ender =
        new Thread(
            () -> {
              witness.close();
              context.terminate();
            },
            label + "-zmq-end");
    ender.setDaemon(true);
    ender.start();
    ender.join(millis);
    return !ender.isAlive();
  }

  private Thread threadOf(IOThread ioThread) {
    Thread thread = threads.get("iothread-" + ioThread.getTid());
    if (thread == null) {
      throw new IllegalStateException("JeroMQ made no thread for I/O thread " + ioThread.getTid());
    }
    return thread;
  }

  private Thread thread(Runnable body, String name) {
    Thread thread = new Thread(body, label + "-zmq-" + name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(context.getUncaughtExceptionHandler());
    threads.put(name, thread);
    return thread;
  }

  /** Borrows the one way to an I/O thread that JeroMQ's objects have. */
  private static final class Picker extends ZObject {
    Picker(Ctx context) {
      super(context, 0);
    }

    IOThread pick(int index) {
      return chooseIoThread(1L << index);
    }
  }
}
