package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What the sides on plain JeroMQ share: default options, but that each wait has a limit. */
abstract class JeroSide implements Side {
  /** How many messages JeroMQ keeps for a peer by default. */
  private static final int DEFAULT_QUEUE = 1_000;

  /** How many bytes Trefoil does: with large messages a thousand would not fit into memory. */
  private static final int QUEUE_BYTES = 16 << 20;

  private static final int STUCK_MILLIS = 1_000;
  private static final int LIMIT_MILLIS = 5_000;

  private final ZContext context = new ZContext();
  private final Crew crew = new Crew();
  private final Trial trial;
  private volatile boolean closing;

  JeroSide(Trial trial) {
    this.trial = trial;
  }

  final Trial trial() {
    return trial;
  }

  final Crew crew() {
    return crew;
  }

  final boolean isClosing() {
    return closing;
  }

  final ZMQ.Socket socket(SocketType type) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setReceiveTimeOut(Receiving.LOOK_UP_MILLIS);
    socket.setSendTimeOut(Receiving.LOOK_UP_MILLIS);
    socket.setLinger(0);
    // A ROUTER drops without a word what is over the mark: all that is under way must fit, twice.
    int least = trial.cell().work() == Work.REQUEST_MANY ? 2 * Work.OUTSTANDING : 1;
    int queue = Math.min(DEFAULT_QUEUE, QUEUE_BYTES / trial.cell().size());
    socket.setHWM(Math.max(least, queue));
    // JeroMQ 0.6.0 now and then gets stuck in a handshake, by default for 30 s; then it tries
    // again.
    socket.setHandshakeIvl(STUCK_MILLIS);
    return socket;
  }

  static String bind(ZMQ.Socket socket) throws IOException {
    if (!socket.bind("tcp://127.0.0.1:*")) {
      throw new IOException("JeroMQ could not bind: errno " + socket.errno());
    }
    return socket.getLastEndpoint();
  }

  /** Connects, and returns when the connection is there. */
  static void connectAndWait(ZMQ.Socket socket, String address)
      throws IOException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    socket.setEventHook(event -> connected.countDown(), zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL);
    connect(socket, address);
    if (!connected.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new IOException("JeroMQ did not connect within 5 s");
    }
  }

  static void connect(ZMQ.Socket socket, String address) throws IOException {
    if (!socket.connect(address)) {
      throw new IOException("JeroMQ could not connect to " + address + ": errno " + socket.errno());
    }
  }

  /** Waits for the next frame. */
  static byte[] receive(ZMQ.Socket socket) throws IOException {
    long limit = System.nanoTime() + LIMIT_MILLIS * 1_000_000L;
    while (System.nanoTime() < limit) {
      byte[] frame = socket.recv();
      if (frame != null) {
        return frame;
      }
    }
    throw new IOException("nothing came within 5 s");
  }

  @Override
  public void close() throws Exception {
    closing = true;
    crew.join();
    context.close();
  }
}
