package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** PULL or SUB, a socket and a thread for each receiver. */
final class JeroReceivers extends JeroSide {
  private final Receiving receiving;

  JeroReceivers(Trial trial, Gauge gauge) {
    super(trial);
    this.receiving = new Receiving(trial, gauge);
  }

  @Override
  public void join(String address) throws IOException, InterruptedException {
    boolean subscribes = trial().cell().work() == Work.PUBLISH;
    for (int i = 0; i < trial().cell().work().receivers(); i++) {
      ZMQ.Socket socket = socket(subscribes ? SocketType.SUB : SocketType.PULL);
      if (subscribes) {
        socket.subscribe(TrefoilPublisher.TOPIC);
      }
      connectAndWait(socket, address);
      receiving.add(() -> take(socket, subscribes));
    }
  }

  private static byte @Nullable [] take(ZMQ.Socket socket, boolean withTopic) {
    byte[] frame = socket.recv();
    return frame == null || !withTopic ? frame : socket.recv();
  }

  @Override
  public void finish(long sent) throws Exception {
    receiving.finish(sent);
  }

  @Override
  public void report(Figures figures) {
    receiving.report(figures);
  }
}
