package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PullPort;
import org.jspecify.annotations.Nullable;

/** A puller's port. */
final class InprocPullPort extends InprocPort implements PullPort {
  private final PullPort.Listener listener;

  InprocPullPort(InprocTransport transport, PortContext context, PullPort.Listener listener) {
    super(transport, context, Side.PULLER, listener);
    this.listener = listener;
  }

  @Override
  public void resume() {
    resumeReading();
  }

  @Override
  public int queued() {
    // What its ends queue are acknowledgements, not messages.
    return 0;
  }

  @Override
  void batchEnd() {
    listener.batchEnd();
  }

  @Override
  End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector) {
    return new PullEnd(peer, other, connector);
  }

  private final class PullEnd extends End implements PullPort.Source {
    private final long senderId;
    private final boolean acknowledges;

    /** The range at the queue's end, which may still grow; guarded by the lock. */
    private Message.@Nullable Acknowledged growing;

    private PullEnd(Peer peer, InprocPort pusher, @Nullable InprocConnector connector) {
      super(InprocPullPort.this, peer, connector);
      this.senderId = pusher.senderId();
      this.acknowledges = pusher.isAtLeastOnce();
    }

    @Override
    public long senderId() {
      return senderId;
    }

    @Override
    public void acknowledge(long sequence) {
      boolean first;
      out.lock.lock();
      try {
        if (out.shut || !acknowledges) {
          return;
        }
        if (growing != null && growing.last + 1 == sequence) {
          growing.last = sequence;
          return;
        }
        growing = new Message.Acknowledged(sequence);
        out.queue.add(growing, 0);
        first = out.announce();
      } finally {
        out.lock.unlock();
      }
      if (first) {
        wakeReader();
      }
    }

    @Override
    public void refuse(long sequence, Failure failure, String message) {
      boolean first;
      out.lock.lock();
      try {
        if (out.shut || !acknowledges) {
          return;
        }
        growing = null;
        out.queue.add(new Message.Refused(sequence, failure, message), 0);
        first = out.announce();
      } finally {
        out.lock.unlock();
      }
      if (first) {
        wakeReader();
      }
    }

    @Override
    Message taking(Message message) {
      if (message == growing) {
        growing = null;
      }
      return message;
    }

    @Override
    void onUp() {}

    @Override
    void onDown(DisconnectReason reason, String detail) {}

    @Override
    boolean deliver(Message message) {
      if (message instanceof Message.Sequenced counted) {
        return listener.message(
            this, counted.sequence, counted.number, counted.attempt, counted.body);
      }
      return listener.message(this, message.body);
    }
  }
}
