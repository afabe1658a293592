package dev.trefoil.zmq;

import dev.trefoil.Peer;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PullPort;
import zmq.ZMQ;

/** PULL: one frame for each message. */
final class ZmqPullPort extends ZmqPort implements PullPort {
  private final PullPort.Listener listener;

  ZmqPullPort(Shared shared, PortContext context, PullPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_PULL);
    this.listener = listener;
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Pusher(connection);
  }

  @Override
  public void resume() {
    resumeAll();
  }

  private final class Pusher extends Dialogue implements Source {
    Pusher(Connection connection) {
      super(connection);
    }

    @Override
    Part part() {
      return Part.PULLER;
    }

    @Override
    boolean message(byte[][] frames, int count) {
      if (count != 1) {
        multipart();
        return true;
      }
      return listener.message(this, frames[0]);
    }

    @Override
    void batchEnd() {
      listener.batchEnd();
    }

    @Override
    public Peer peer() {
      return connection.peer();
    }

    @Override
    public long senderId() {
      return 0;
    }

    @Override
    public void acknowledge(long sequence) {
      // A plain push asks for none.
    }

    @Override
    public void refuse(long sequence, Failure failure, String message) {
      // A plain push has no way back.
    }
  }
}
