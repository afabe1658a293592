package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PushPort;
import java.nio.ByteBuffer;

/**
 * Pushes. The n-th PUSH or SKIP of a connection has the sequence number n, from 1.
 *
 * <pre>
 * v0, v1 DATA  | 00 | length | body
 * v1 PUSH      | 30 | length | number (8) | attempt (4) | body
 * v1 ACK       | 31 | length | first (8) | last (8) | ...
 * v1 NACK      | 32 | length | sequence (8) | code (1) | words
 * v1 CREDIT    | 33 | 4      | messages (4)
 * </pre>
 */
public final class PusherSide extends Side implements PushPort.Target {
  private final PushPort.Listener listener;
  private final PortMetrics metrics;
  private int credit;
  private long peerMaxMessage = Long.MAX_VALUE;

  /** Makes the side of a connection. */
  public PusherSide(
      Session session, Dialect dialect, PushPort.Listener listener, PortMetrics metrics) {
    super(session, dialect);
    this.listener = listener;
    this.metrics = metrics;
  }

  @Override
  public Peer peer() {
    return session.peer();
  }

  @Override
  public long maxMessage() {
    return peerMaxMessage;
  }

  @Override
  public boolean send(byte[] body) {
    return body.length <= peerMaxMessage && send(FrameType.DATA, 0, 0, Frames.EMPTY, body);
  }

  @Override
  public boolean send(long number, int attempt, byte[] body) {
    if (body.length > peerMaxMessage) {
      return send(FrameType.SKIP, 0, 0, Frames.EMPTY, Frames.EMPTY);
    }
    return send(FrameType.PUSH, number, attempt, Frames.EMPTY, body);
  }

  @Override
  protected void check(Open peer) throws Rejection {
    super.check(peer);
    peerMaxMessage = peer.maxMessage();
    credit = peer.credit();
    if (session.config().atLeastOnce() && credit == 0) {
      throw new Rejection(
          RejectReason.LACKS_CAPABILITY, "it gives no credit for acknowledged messages");
    }
  }

  @Override
  protected void up() {
    if (session.config().atLeastOnce()) {
      listener.credit(this, credit);
    }
    listener.targetUp(this);
  }

  @Override
  protected void leaving() {
    listener.targetLeaving(this);
    sendLast();
  }

  @Override
  protected void roomAgain() {
    listener.targetReady(this);
  }

  @Override
  protected void down(DisconnectReason reason, String detail) {
    if (!session.config().atLeastOnce()) {
      Outlet outlet = session.outlet();
      outlet.lock();
      try {
        countLost(reason, outlet.queue());
      } finally {
        outlet.unlock();
      }
    }
    listener.targetDown(this, reason, detail);
  }

  private void countLost(DisconnectReason reason, FrameQueue queue) {
    if (queue.messages() > 0) {
      metrics.dropped(
          reason == DisconnectReason.LOCAL
              ? PortMetrics.Drop.CLOSED
              : PortMetrics.Drop.CONNECTION_LOST,
          queue.messages());
    }
  }

  /** Of acknowledged messages it is known which have not arrived. */
  @Override
  protected boolean outputMustArrive() {
    return !session.config().atLeastOnce();
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    if (!v1()) {
      return true;
    }
    if (!session.config().atLeastOnce()) {
      throw unexpected(type);
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    switch (type) {
      case FrameType.ACK -> acknowledged(in);
      case FrameType.NACK -> {
        if (body.length < 9) {
          throw ProtocolException.malformed("its NACK has " + body.length + " bytes");
        }
        listener.refused(this, in.getLong(), Failure.of(in.get()), Frames.words(body, 9));
      }
      case FrameType.CREDIT -> {
        if (body.length != 4 || in.getInt(0) <= 0) {
          throw ProtocolException.malformed("its CREDIT makes no sense");
        }
        listener.credit(this, in.getInt(0));
      }
      default -> throw unexpected(type);
    }
    return true;
  }

  private void acknowledged(ByteBuffer in) throws ProtocolException {
    if (in.remaining() == 0 || in.remaining() % 16 != 0) {
      throw ProtocolException.malformed("its ACK has " + in.remaining() + " bytes");
    }
    while (in.hasRemaining()) {
      long first = in.getLong();
      long last = in.getLong();
      if (first < 1 || last < first) {
        throw ProtocolException.malformed("its ACK is from " + first + " to " + last);
      }
      listener.acknowledged(this, first, last);
    }
  }
}
