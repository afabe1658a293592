package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** REP, or ROUTER where many requests are outstanding. */
final class JeroReplier extends JeroSide {
  JeroReplier(Trial trial) {
    super(trial);
  }

  @Override
  public String open() throws IOException {
    boolean routes = trial().cell().work() == Work.REQUEST_MANY;
    ZMQ.Socket socket = socket(routes ? SocketType.ROUTER : SocketType.REP);
    String address = bind(socket);
    crew().add("replier", () -> answer(socket, routes));
    return address;
  }

  private void answer(ZMQ.Socket socket, boolean routes) {
    while (!isClosing()) {
      byte[] first = socket.recv();
      if (first == null) {
        continue;
      }
      byte[] request = first;
      if (routes) {
        request = socket.recv();
        socket.sendMore(first);
      }
      boolean gone = false;
      while (!gone && !isClosing()) {
        gone = socket.send(request);
      }
    }
  }
}
