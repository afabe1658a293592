package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** REQ and REP of plain JeroMQ, default options, one request at a time. */
final class JeroRequest implements Contestant {
  @Override
  public Side server(Work work) throws IOException {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.REP);
    return new Replier(context, socket, JeroSockets.bind(socket));
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.REQ);
    JeroSockets.connect(socket, address);
    return new Requester(context, socket, work);
  }

  private record Replier(ZContext context, ZMQ.Socket socket, String address) implements Side {
    @Override
    public void run(Gauge gauge) {
      while (!gauge.isStopped()) {
        byte[] request = socket.recv();
        if (request != null) {
          JeroSockets.send(socket, request, gauge);
        }
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private record Requester(ZContext context, ZMQ.Socket socket, Work work) implements Side {
    @Override
    public void run(Gauge gauge) throws IOException {
      byte[] payload = Payloads.make(work);
      Gauge.Tally replies = gauge.newTally();
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        long start = System.nanoTime();
        JeroSockets.send(socket, payload, gauge);
        byte[] reply = socket.recv();
        while (reply == null && !gauge.isStopped()) {
          reply = socket.recv();
        }
        if (reply != null) {
          Payloads.check(reply, payload.length);
          gauge.latency(System.nanoTime() - start);
          replies.add(1);
        }
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
