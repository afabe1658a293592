package dev.trefoil.samples.compare.child;

import dev.trefoil.samples.compare.trial.Figures;
import dev.trefoil.samples.compare.trial.Trial;
import java.io.DataInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads frames, a thread for each connection, until the pusher has ended it. */
final class SocketPullers extends SocketSide {
  private final Trial trial;
  private final Receiving receiving;

  SocketPullers(Trial trial, Gauge gauge) {
    this.trial = trial;
    this.receiving = new Receiving(trial, gauge);
  }

  @Override
  public void join(String address) throws IOException {
    for (int i = 0; i < trial.cell().work().receivers(); i++) {
      DataInputStream in = in(keep(connect(address)));
      receiving.add(() -> take(in));
    }
  }

  private static byte @Nullable [] take(DataInputStream in)
      throws IOException, InterruptedException {
    byte[] message = read(in);
    if (message == null) {
      Thread.sleep(1); // the end: nothing comes any more, until somebody has looked
    }
    return message;
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
