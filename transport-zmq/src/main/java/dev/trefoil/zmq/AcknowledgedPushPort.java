package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PushPort;
import java.nio.charset.StandardCharsets;
import zmq.ZMQ;

/**
 * ROUTER on the pusher's side of at-least-once. A plain PULL is refused by ZMTP's own handshake,
 * and a DEALER that does not say hello in time is turned away: neither would ever acknowledge.
 */
final class AcknowledgedPushPort extends ZmqPort implements PushPort {
  private final PushPort.Listener listener;

  AcknowledgedPushPort(Shared shared, PortContext context, PushPort.Listener listener) {
    super(shared, context, listener, ZMQ.ZMQ_ROUTER);
    this.listener = listener;
  }

  @Override
  Dialogue dialogue(Connection connection) {
    return new Puller(connection);
  }

  private final class Puller extends Dialogue implements Target {
    private int credit;

    Puller(Connection connection) {
      super(connection);
    }

    @Override
    Part part() {
      return Part.PUSHER;
    }

    @Override
    void up() {
      // A peer only once it has said hello.
    }

    @Override
    void established() {
      byte[][] welcome = {Mark.number(Mark.WELCOME, context().senderId())};
      connection.outbox().offer(welcome, Mark.SIZE);
      listener.credit(this, credit);
      listener.targetUp(this);
    }

    @Override
    boolean message(byte[][] frames, int count) {
      byte[] mark = frames[0];
      int kind = Mark.kind(mark);
      if (connection.state() != State.UP) {
        hello(kind, mark);
        return true;
      }
      switch (kind) {
        case Mark.ACKNOWLEDGE -> acknowledged(mark);
        case Mark.REFUSE -> {
          String message = count > 1 ? new String(frames[1], StandardCharsets.UTF_8) : "";
          listener.refused(this, Mark.first(mark), Mark.failure(mark), message);
        }
        default -> malformed();
      }
      return true;
    }

    private void hello(int kind, byte[] mark) {
      long offered = kind == Mark.HELLO ? Mark.first(mark) : 0;
      if (offered <= 0) {
        malformed();
        return;
      }
      credit = (int) Math.min(offered, Integer.MAX_VALUE);
      connection.establish();
    }

    private void acknowledged(byte[] mark) {
      if (mark.length != Mark.LONG_SIZE) {
        malformed();
        return;
      }
      listener.acknowledged(this, Mark.first(mark), Mark.second(mark));
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
    public boolean send(byte[] body) {
      throw new IllegalStateException("this role pushes at least once: see Options.assurance");
    }

    @Override
    public boolean send(long number, int attempt, byte[] body) {
      byte[][] message = {Mark.numbers(Mark.MESSAGE, number, attempt), body};
      return connection.outbox().offer(message, body.length + Mark.LONG_SIZE);
    }
  }
}
