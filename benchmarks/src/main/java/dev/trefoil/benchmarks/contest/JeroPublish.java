package dev.trefoil.benchmarks.contest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * PUB and SUB of plain JeroMQ, default options: two frames, topic and payload, and a thread for
 * each subscriber.
 */
final class JeroPublish implements Contestant {
  @Override
  public Side server(Work work) throws IOException {
    ZContext context = new ZContext();
    ZMQ.Socket socket = JeroSockets.open(context, SocketType.PUB);
    return new Publisher(context, socket, JeroSockets.bind(socket), work);
  }

  @Override
  public Side client(Work work, String address) throws Exception {
    ZContext context = new ZContext();
    List<ZMQ.Socket> sockets = new ArrayList<>();
    for (int i = 0; i < work.number("subscribers", 1); i++) {
      ZMQ.Socket socket = JeroSockets.open(context, SocketType.SUB);
      socket.subscribe(Topics.ONLY);
      JeroSockets.connect(socket, address);
      sockets.add(socket);
    }
    return new Subscribers(context, sockets, work.size());
  }

  private record Publisher(ZContext context, ZMQ.Socket socket, String address, Work work)
      implements Side {
    @Override
    public void run(Gauge gauge) {
      byte[] topic = Topics.bytes(Topics.ONLY);
      byte[] payload = Payloads.make(work);
      Gauge.Tally published = gauge.newTally();
      for (long i = 0; i < Gauge.MOST_MESSAGES && !gauge.isStopped(); i++) {
        socket.sendMore(topic);
        socket.send(payload);
        published.add(1);
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private record Subscribers(ZContext context, List<ZMQ.Socket> sockets, int size) implements Side {
    @Override
    public void run(Gauge gauge) throws Exception {
      Crew crew = new Crew();
      for (ZMQ.Socket socket : sockets) {
        Gauge.Tally received = gauge.newTally();
        crew.add(() -> receive(socket, received, gauge));
      }
      crew.run();
    }

    private void receive(ZMQ.Socket socket, Gauge.Tally received, Gauge gauge) throws IOException {
      while (!gauge.isStopped()) {
        byte[] topic = socket.recv();
        if (topic != null) {
          Payloads.check(socket.recv(), size);
          received.add(1);
        }
      }
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
