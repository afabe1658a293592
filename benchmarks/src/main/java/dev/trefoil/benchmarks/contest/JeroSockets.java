package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** What the JeroMQ contestants share: default options, and a receive that looks up now and then. */
final class JeroSockets {
  private static final int LOOK_UP_MILLIS = 100;

  private JeroSockets() {}

  static ZMQ.Socket open(ZContext context, SocketType type) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setReceiveTimeOut(LOOK_UP_MILLIS);
    socket.setSendTimeOut(LOOK_UP_MILLIS);
    socket.setLinger(0);
    return socket;
  }

  static String bind(ZMQ.Socket socket) throws IOException {
    if (!socket.bind("tcp://127.0.0.1:*")) {
      throw new IOException("JeroMQ could not bind: errno " + socket.errno());
    }
    return socket.getLastEndpoint();
  }

  static void connect(ZMQ.Socket socket, String address) throws IOException {
    if (!socket.connect(address)) {
      throw new IOException("JeroMQ could not connect to " + address + ": errno " + socket.errno());
    }
  }

  /** Sends, waiting for room until the trial is over. */
  static void send(ZMQ.Socket socket, byte[] message, Gauge gauge) {
    while (!socket.send(message) && !gauge.isStopped()) {
      Thread.onSpinWait();
    }
  }
}
