package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PullPort;
import java.nio.ByteBuffer;

/**
 * Pulls. Acknowledgements are collected as ranges and leave when something is written anyway, when
 * many have come together, or a moment later.
 */
public final class PullerSide extends Side implements PullPort.Source {
  private static final int MAX_RANGES = 64;

  private final PullPort.Listener listener;
  private long senderId;
  private long sequence;

  // Guarded by the outlet's lock: ranges that are done and not told yet, as first and last.
  private final long[] ranges;
  private int rangeEnd;

  /** Makes the side of a connection. */
  public PullerSide(Session session, Dialect dialect, PullPort.Listener listener) {
    super(session, dialect);
    this.listener = listener;
    this.ranges = new long[session.config().atLeastOnce() ? 2 * MAX_RANGES : 0];
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
  }

  @Override
  protected boolean unreadIsWorthless() {
    return session.config().atLeastOnce();
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    boolean acknowledged = session.config().atLeastOnce();
    if (type == FrameType.DATA && !acknowledged) {
      return listener.message(this, body);
    }
    if (type == FrameType.PUSH && acknowledged) {
      if (narrow < 1) {
        throw ProtocolException.malformed("its PUSH is attempt " + narrow);
      }
      return listener.message(this, ++sequence, wide, narrow, body);
    }
    if (type == FrameType.SKIP && acknowledged) {
      refuse(++sequence, Failure.TOO_LARGE, "it is over the puller's limit");
      return true;
    }
    throw unexpected(type);
  }

  @Override
  public void acknowledge(long done) {
    Outlet outlet = session.outlet();
    boolean flush = false;
    outlet.lock();
    try {
      if (!outlet.isOpen()) {
        return;
      }
      if (rangeEnd > 0 && ranges[rangeEnd - 1] + 1 == done) {
        ranges[rangeEnd - 1] = done;
      } else {
        if (rangeEnd == ranges.length) {
          beforeFill(outlet.queue());
        }
        ranges[rangeEnd] = done;
        ranges[rangeEnd + 1] = done;
        rangeEnd += 2;
      }
      flush = session.link().queued(false);
    } finally {
      outlet.unlock();
    }
    if (flush) {
      session.link().flush();
    }
  }

  @Override
  public void refuse(long undone, Failure failure, String message) {
    control(FrameType.NACK, Frames.nack(undone, failure, message));
  }

  @Override
  protected void beforeFill(FrameQueue queue) {
    if (rangeEnd == 0) {
      return;
    }
    ByteBuffer out = ByteBuffer.allocate(8 * rangeEnd);
    for (int i = 0; i < rangeEnd; i++) {
      out.putLong(ranges[i]);
    }
    rangeEnd = 0;
    queue.add(FrameType.ACK, 0, 0, Frames.EMPTY, out.array());
  }
}
