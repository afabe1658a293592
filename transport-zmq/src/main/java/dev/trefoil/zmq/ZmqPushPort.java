package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PushPort;
import zmq.ZMQ;

/** PUSH: one frame for each message, one target for each PULL peer. */
final class ZmqPushPort extends ZmqPort implements PushPort {
  private final PushPort.Listener listener;

  ZmqPushPort(Shared shared, PortContext context, PushPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_PUSH);
    this.listener = listener;
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Puller(connection);
  }

  private final class Puller extends Dialogue implements Target {
    Puller(Connection connection) {
      super(connection);
    }

    @Override
    Part part() {
      return Part.PUSHER;
    }

    @Override
    void established() {
      listener.targetUp(this);
    }

    @Override
    boolean message(byte[][] frames, int count) {
      malformed();
      return true;
    }

    @Override
    void leaving() {
      listener.targetLeaving(this);
    }

    @Override
    boolean sendsWork() {
      return true;
    }

    @Override
    void room() {
      listener.targetReady(this);
    }

    @Override
    boolean outputMustArrive() {
      return true;
    }

    @Override
    void down(DisconnectReason reason, String detail) {
      listener.targetDown(this, reason, detail);
    }

    @Override
    public Peer peer() {
      return connection.peer();
    }

    @Override
    public boolean send(byte[] body) {
      return connection.outbox().offer(body, body.length);
    }

    @Override
    public boolean send(long number, int attempt, byte[] body) {
      throw new IllegalStateException("this role pushes at most once: see Options.assurance");
    }
  }
}
