package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** PUSH and PULL of plain JeroMQ, default options, one thread a side beside its own. */
final class JeroPush implements Contestant {
  @Override
  public Side server(Work work) throws IOException {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.PULL);
    return new Puller(context, socket, JeroSockets.bind(socket), work.size());
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.PUSH);
    JeroSockets.connect(socket, address);
    return new Pusher(context, socket, work);
  }

  private record Puller(ZContext context, ZMQ.Socket socket, String address, int size)
      implements Side {
    @Override
    public void run(Gauge gauge) throws IOException {
      Gauge.Tally received = gauge.newTally();
      while (!gauge.isStopped()) {
        byte[] message = socket.recv();
        if (message != null) {
          Payloads.check(message, size);
          received.add(1);
        }
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private record Pusher(ZContext context, ZMQ.Socket socket, Work work) implements Side {
    @Override
    public void run(Gauge gauge) {
      byte[] payload = Payloads.make(work);
      Gauge.Tally sent = gauge.newTally();
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        JeroSockets.send(socket, payload, gauge);
        sent.add(1);
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
