package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Outbox.Outcome;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PushPort;
import org.jspecify.annotations.Nullable;

/** A pusher's port. */
final class InprocPushPort extends InprocPort implements PushPort {
  private final PushPort.Listener listener;

  InprocPushPort(InprocTransport transport, PortContext context, PushPort.Listener listener) {
    super(transport, context, Side.PUSHER, listener);
    this.listener = listener;
  }

  @Override
  End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector) {
    return new PushEnd(peer, other.options().prefetch(), connector);
  }

  private final class PushEnd extends End implements PushPort.Target {
    private final int credit;

    /** Touched by one sender at a time, as the SPI has it. */
    private long lastSequence;

    private PushEnd(Peer peer, int credit, @Nullable InprocConnector connector) {
      super(InprocPushPort.this, peer, connector);
      this.credit = credit;
    }

    @Override
    public boolean send(byte[] body) {
      return send(new Message.Pushed(body.clone())) == Outcome.QUEUED;
    }

    @Override
    public boolean send(long number, int attempt, byte[] body) {
      Message message = new Message.Sequenced(lastSequence + 1, number, attempt, body.clone());
      if (send(message) != Outcome.QUEUED) {
        return false;
      }
      lastSequence++;
      return true;
    }

    @Override
    void onUp() {
      if (isAtLeastOnce()) {
        listener.credit(this, credit);
      }
      listener.targetUp(this);
    }

    @Override
    void onRoom() {
      listener.targetReady(this);
    }

    @Override
    boolean isDeliveryWaitedFor() {
      return true;
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
      if (message instanceof Message.Acknowledged acknowledged) {
        listener.acknowledged(this, acknowledged.first, acknowledged.last);
      } else {
        Message.Refused refused = (Message.Refused) message;
        listener.refused(this, refused.sequence, refused.failure, refused.text);
      }
      return true;
    }
  }
}
