package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** DEALER and ROUTER of plain JeroMQ, default options, a number of requests outstanding. */
final class JeroDealer implements Contestant {
  @Override
  public Side server(Work work) throws IOException {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.ROUTER);
    return new Router(context, socket, JeroSockets.bind(socket));
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.DEALER);
    JeroSockets.connect(socket, address);
    return new Dealer(context, socket, work);
  }

  private record Router(ZContext context, ZMQ.Socket socket, String address) implements Side {
    @Override
    public void run(Gauge gauge) {
      while (!gauge.isStopped()) {
        byte[] from = socket.recv();
        if (from != null) {
          byte[] request = socket.recv();
          socket.sendMore(from);
          JeroSockets.send(socket, request, gauge);
        }
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private record Dealer(ZContext context, ZMQ.Socket socket, Work work) implements Side {
    @Override
    public void run(Gauge gauge) throws IOException {
      byte[] payload = Payloads.make(work);
      int outstanding = work.number("outstanding", 256);
      Gauge.Tally replies = gauge.newTally();
      for (int i = 0; i < outstanding; i++) {
        JeroSockets.send(socket, payload, gauge);
      }
      while (!gauge.isStopped()) {
        byte[] reply = socket.recv();
        if (reply != null) {
          Payloads.check(reply, payload.length);
          replies.add(1);
          JeroSockets.send(socket, payload, gauge);
        }
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
