package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.raw.wire.Batch;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PullPort;
import org.jspecify.annotations.Nullable;

/** Pulls. What is to be acknowledged gathers in {@link Settlements}. */
public final class PullerSide extends Side implements PullPort.Source {
  private final PullPort.Listener listener;
  private final @Nullable Settlements settlements;
  private long senderId;

  /** Makes the side of a connection. */
  public PullerSide(Session session, Dialect dialect, PullPort.Listener listener) {
    super(session, dialect);
    this.listener = listener;
    SessionConfig config = session.config();
    this.settlements =
        config.atLeastOnce() ? new Settlements(config.credit(), config.mostCredit()) : null;
  }

  @Override
  public Peer peer() {
    return session.peer();
  }

  @Override
  public long senderId() {
    return senderId;
  }

  @Override
  protected void check(Open peer) throws Rejection {
    super.check(peer);
    senderId = peer.senderId();
  }

  @Override
  protected void up() {}

  @Override
  protected void down(DisconnectReason reason, String detail) {}

  @Override
  protected void batchEnd() {
    listener.batchEnd();
    Settlements owed = settlements;
    if (owed != null) {
      Outlet outlet = session.outlet();
      outlet.lock();
      try {
        if (owed.batchEnd(session.now()) && outlet.isOpen()) {
          session.link().gathered(false); // on the loop: it leaves at the end of this round
        }
      } finally {
        outlet.unlock();
      }
    }
  }

  @Override
  protected boolean unreadIsWorthless() {
    return settlements != null;
  }

  @Override
  protected boolean isQuietInPauses() {
    return v1() && settlements == null;
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    Settlements owed = settlements;
    if (type == FrameType.DATA && owed == null) {
      return listener.message(this, body);
    }
    if (type == FrameType.PUSH && owed != null) {
      if (narrow < 1) { // such a one is in no batch
        throw ProtocolException.malformed("its PUSH is attempt " + narrow);
      }
      return listener.message(this, owed.received(1), wide, narrow, body);
    }
    if (type == FrameType.SKIP && owed != null) {
      refuse(owed.received(1), Failure.TOO_LARGE, "it is over the puller's limit");
      return true;
    }
    throw unexpected(type);
  }

  @Override
  protected int batchLimit(int type) {
    int mine = settlements == null ? FrameType.DATA : FrameType.PUSH;
    return type == mine ? listener.batchLimit() : 1;
  }

  @Override
  protected boolean messages(Batch batch) {
    Settlements owed = settlements;
    Object[] bodies = batch.bodies();
    int count = batch.count();
    if (owed == null) {
      return listener.messages(this, bodies, count, batch.bytes());
    }
    long first = owed.received(count);
    return listener.messages(
        this, first, batch.numbers(), batch.attempts(), bodies, count, batch.bytes());
  }

  @Override
  public void acknowledge(long done) {
    Settlements owed = settlements;
    if (owed == null) {
      return;
    }
    Outlet outlet = session.outlet();
    boolean flush;
    outlet.lock();
    try {
      if (!outlet.isOpen()) {
        return;
      }
      flush = session.link().gathered(owed.done(done, outlet.queue()));
    } finally {
      outlet.unlock();
    }
    if (flush) {
      session.link().flush();
    }
  }

  @Override
  public void refuse(long undone, Failure failure, String message) {
    Settlements owed = settlements;
    if (owed == null) {
      return;
    }
    Outlet outlet = session.outlet();
    outlet.lock();
    try {
      owed.refused(undone);
    } finally {
      outlet.unlock();
    }
    control(FrameType.NACK, Frames.nack(undone, failure, message));
  }

  @Override
  protected void beforeFill(FrameQueue queue) {
    if (settlements != null) {
      settlements.tell(queue);
    }
  }
}
