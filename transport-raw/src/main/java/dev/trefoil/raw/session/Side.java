package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Batch;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.raw.wire.StreamQueue;
import org.jspecify.annotations.Nullable;

/**
 * What one role does on one connection once the hellos are exchanged. The methods named after
 * events are called on the loop; sends come from any thread.
 */
public abstract class Side {
  /** The connection. */
  protected final Session session;

  /** What it speaks. */
  protected final Dialect dialect;

  /** Makes the side of a session whose dialect is known. */
  protected Side(Session session, Dialect dialect) {
    this.session = session;
    this.dialect = dialect;
  }

  /** {@return whether it speaks v1} */
  protected final boolean v1() {
    return dialect == Dialect.V1;
  }

  /** {@return the longest body to take, all that stands before the payload included} */
  protected long maxBody() {
    return session.config().maxMessage();
  }

  /** {@return what to queue frames in} */
  protected FrameQueue queue() {
    return new StreamQueue();
  }

  /** Looks at the peer's opening frame, or at its being v0, before it becomes a peer. */
  protected void check(Open peer) throws Rejection {
    if (peer.has(Open.AT_LEAST_ONCE) != session.config().atLeastOnce()) {
      throw new Rejection(
          RejectReason.LACKS_CAPABILITY,
          peer.has(Open.AT_LEAST_ONCE)
              ? "it is set to AT_LEAST_ONCE and this side to AT_MOST_ONCE: set both the same"
              : "it is set to AT_MOST_ONCE and this side to AT_LEAST_ONCE: set both the same");
    }
  }

  /** The peer is one now. */
  protected abstract void up();

  /** The peer is gone. */
  protected abstract void down(DisconnectReason reason, String detail);

  /**
   * A frame of the role came.
   *
   * @return false to stop reading until {@link Link#resume}
   */
  protected abstract boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException;

  /** {@return how many messages of a type it takes at once} */
  protected int batchLimit(int type) {
    return 1;
  }

  /** Several messages of a type came; only if its {@link #batchLimit} is more than 1. */
  protected boolean messages(Batch batch) {
    throw new IllegalStateException("the limit of a batch is 1");
  }

  /** The peer takes nothing new. */
  protected void leaving() {}

  /** A send that was refused may be tried again. */
  protected void roomAgain() {}

  /** All that came for now was handed on. */
  protected void batchEnd() {}

  /** The writer is about to copy from the queue: the last moment to append. Under the lock. */
  protected void beforeFill(FrameQueue queue) {}

  /** {@return whether what is unread is worth nothing once the peer is gone} */
  protected boolean unreadIsWorthless() {
    return false;
  }

  /**
   * {@return whether nothing is written during a pause but that it begins} So it must be where a
   * peer may have closed, and its system goes on delivering what nobody sends again.
   */
  protected boolean isQuietInPauses() {
    return false;
  }

  /** {@return whether a close waits for the peer to have read everything, while there is time} */
  protected boolean outputMustArrive() {
    return false;
  }

  /** Sends nothing new any more, and tells the peer behind what is queued. */
  protected final void sendLast() {
    session.parting().sendLast();
  }

  /** Queues a message if there is room. */
  protected final boolean send(int type, long wide, int narrow, byte[] head, byte[] body) {
    return send(type, wide, narrow, head, body, null);
  }

  /** The same; it may leave with others at the end of the batch that the caller is in. */
  final boolean sendInBatch(InFlight inFlight, int type, long wide, byte[] head, byte[] body) {
    return send(type, wide, 0, head, body, inFlight);
  }

  private boolean send(
      int type, long wide, int narrow, byte[] head, byte[] body, @Nullable InFlight inFlight) {
    Outlet outlet = session.outlet();
    boolean flush;
    outlet.lock();
    try {
      if (!outlet.admit(head.length + body.length + FrameType.WORD)) {
        return false;
      }
      outlet.queue().add(type, wide, narrow, head, body);
      Link link = session.link();
      if (inFlight == null) {
        flush = link.queued(true);
      } else {
        inFlight.begin();
        flush = link.queuedInBatch(inFlight.count() - outlet.queue().messages());
      }
    } finally {
      outlet.unlock();
    }
    if (flush) {
      session.link().flush();
    }
    return true;
  }

  /** Queues a small frame of the protocol, room or not. */
  protected final void control(int type, byte[] body) {
    session.control(type, 0, Frames.EMPTY, body);
  }

  /** {@return the error for a frame that has no place here} */
  protected static ProtocolException unexpected(int type) {
    return ProtocolException.malformed(
        "it sent a " + FrameType.name(type) + ", which its role does not send");
  }
}
