package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Outbox.Outcome;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.RequestPort;
import org.jspecify.annotations.Nullable;

/** A requester's port. */
final class InprocRequestPort extends InprocPort implements RequestPort {
  private final RequestPort.Listener listener;

  InprocRequestPort(InprocTransport transport, PortContext context, RequestPort.Listener listener) {
    super(transport, context, Side.REQUESTER, listener);
    this.listener = listener;
  }

  @Override
  End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector) {
    return new RequestEnd(peer, connector);
  }

  private final class RequestEnd extends End implements RequestPort.Target {
    private RequestEnd(Peer peer, @Nullable InprocConnector connector) {
      super(InprocRequestPort.this, peer, connector);
    }

    @Override
    public boolean send(int id, long remainingNanos, byte[] body) {
      long now = nanoTime();
      long deadline = InprocReplyPort.deadline(now, remainingNanos);
      return send(new Message.Request(id, deadline, body.clone())) == Outcome.QUEUED;
    }

    @Override
    void onUp() {
      listener.targetUp(this);
    }

    @Override
    void onRoom() {
      listener.targetReady(this);
    }

    @Override
    void onLeaving() {
      listener.targetLeaving(this);
    }

    @Override
    void onDown(DisconnectReason reason, String detail) {
      listener.targetDown(this, reason, detail);
    }

    @Override
    boolean deliver(Message message) {
      if (message instanceof Message.Reply reply) {
        listener.reply(this, reply.id, reply.body);
      } else {
        Message.Failed failed = (Message.Failed) message;
        listener.failed(this, failed.id, failed.failure, failed.text);
      }
      return true;
    }
  }
}
