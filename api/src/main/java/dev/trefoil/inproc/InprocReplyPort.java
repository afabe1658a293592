package dev.trefoil.inproc;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Outbox.Outcome;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.ReplyPort;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A replier's port. */
final class InprocReplyPort extends InprocPort implements ReplyPort {
  private final ReplyPort.Listener listener;

  InprocReplyPort(InprocTransport transport, PortContext context, ReplyPort.Listener listener) {
    super(transport, context, Side.REPLIER, listener);
    this.listener = listener;
  }

  /** The time that is left, on a clock; endless if there is no end to it. */
  static long deadline(long nowNanos, long remainingNanos) {
    // Half of the range is further than any clock gets, and differences stay right up to there.
    return remainingNanos > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : nowNanos + remainingNanos;
  }

  @Override
  public void resume() {
    resumeReading();
  }

  @Override
  void batchEnd() {
    listener.batchEnd();
  }

  @Override
  End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector) {
    return new ReplyEnd(peer, other, connector);
  }

  private final class ReplyEnd extends End {
    private final InprocPort requester;

    private ReplyEnd(Peer peer, InprocPort requester, @Nullable InprocConnector connector) {
      super(InprocReplyPort.this, peer, connector);
      this.requester = requester;
    }

    @Override
    void onUp() {}

    @Override
    void onDown(DisconnectReason reason, String detail) {}

    @Override
    boolean deliver(Message message) {
      Message.Request request = (Message.Request) message;
      long deadline = request.deadlineNanos;
      if (deadline != Long.MAX_VALUE) {
        // Each Messaging may have a clock of its own: what they share is the time that is left.
        // The other clock is read first: a pause in between must not take away from the time.
        long remaining = deadline - requester.nanoTime();
        deadline = deadline(nanoTime(), remaining);
      }
      return listener.request(new Question(this, request.id, deadline, request.body));
    }

    private void answer(Message answer) {
      Outcome outcome = send(answer);
      if (outcome != Outcome.QUEUED) {
        metrics().dropped(outcome == Outcome.FULL ? Drop.REPLY_QUEUE_FULL : Drop.NO_PEER, 1);
      }
    }
  }

  /** A request that waits for its answer. */
  private final class Question implements ReplyPort.Incoming {
    private final ReplyEnd end;
    private final int id;
    private final long deadlineNanos;
    private final byte[] body;
    private final AtomicBoolean answered = new AtomicBoolean();

    private Question(ReplyEnd end, int id, long deadlineNanos, byte[] body) {
      this.end = end;
      this.id = id;
      this.deadlineNanos = deadlineNanos;
      this.body = body;
    }

    @Override
    public Peer peer() {
      return end.peer();
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    public boolean canFail() {
      return true;
    }

    @Override
    public void reply(byte[] reply) {
      answer(new Message.Reply(id, reply.clone()));
    }

    @Override
    public void fail(Failure failure, String message) {
      answer(new Message.Failed(id, failure, message));
    }

    private void answer(Message answer) {
      if (answered.compareAndSet(false, true)) {
        end.answer(answer);
      } else {
        // Whoever asked waits no more for this one.
        metrics().dropped(Drop.NO_PEER, 1);
      }
    }
  }
}
