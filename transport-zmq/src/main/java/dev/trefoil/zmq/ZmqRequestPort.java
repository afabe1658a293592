package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.RequestPort;
import java.nio.charset.StandardCharsets;
import zmq.ZMQ;

/** DEALER: mark, empty frame, body; one target for each REP, ROUTER or DEALER peer. */
final class ZmqRequestPort extends ZmqPort implements RequestPort {
  private static final int FRAMES = 3;

  private final RequestPort.Listener listener;

  ZmqRequestPort(Shared shared, PortContext context, RequestPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_DEALER);
    this.listener = listener;
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Replier(connection);
  }

  private final class Replier extends Dialogue implements Target {
    Replier(Connection connection) {
      super(connection);
    }

    @Override
    Part part() {
      return Part.REQUESTER;
    }

    @Override
    void established() {
      listener.targetUp(this);
    }

    @Override
    boolean message(byte[][] frames, int count) {
      if (count < FRAMES || frames[1].length != 0) {
        malformed();
        return true;
      }
      if (count > FRAMES) {
        multipart();
        return true;
      }
      answer(frames[0], frames[2]);
      return true;
    }

    private void answer(byte[] mark, byte[] body) {
      switch (Mark.kind(mark)) {
        case Mark.REQUEST -> listener.reply(this, Mark.id(mark), body);
        case Mark.FAILURE ->
            listener.failed(
                this, Mark.id(mark), Mark.failure(mark), new String(body, StandardCharsets.UTF_8));
        default -> malformed();
      }
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
    void down(DisconnectReason reason, String detail) {
      listener.targetDown(this, reason, detail);
    }

    @Override
    boolean unsentIsLost() {
      return false;
    }

    @Override
    public Peer peer() {
      return connection.peer();
    }

    @Override
    public boolean send(int id, long remainingNanos, byte[] body) {
      byte[][] message = {Mark.request(id, remainingNanos), Mark.EMPTY, body};
      return connection.outbox().offer(message, body.length + Mark.SIZE);
    }
  }
}
