package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What the JeroMQ contestants share: default options, and a receive that looks up now and then. */
final class JeroSockets {
  private static final int LOOK_UP_MILLIS = 100;
  private static final int STUCK_MILLIS = 1_000;
  private static final long CONNECT_SECONDS = 20;

  private JeroSockets() {}

  static ZMQ.Socket open(ZContext context, SocketType type) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setReceiveTimeOut(LOOK_UP_MILLIS);
    socket.setSendTimeOut(LOOK_UP_MILLIS);
    socket.setLinger(0);
    // JeroMQ 0.6.0 now and then gets stuck in a handshake, for 30 s by default; it then tries
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
  static void connect(ZMQ.Socket socket, String address) throws IOException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    socket.setEventHook(event -> connected.countDown(), zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL);
    if (!socket.connect(address)) {
      throw new IOException("JeroMQ could not connect to " + address + ": errno " + socket.errno());
    }
    if (!connected.await(CONNECT_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("JeroMQ did not connect within " + CONNECT_SECONDS + " s");
    }
  }

  /** Sends, waiting for room until the trial is over. */
  static void send(ZMQ.Socket socket, byte[] message, Gauge gauge) {
    while (!socket.send(message) && !gauge.isStopped()) {
      Thread.onSpinWait();
    }
  }
}
