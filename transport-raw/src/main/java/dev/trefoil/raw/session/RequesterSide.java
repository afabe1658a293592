package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Helm;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.RequestPort;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Asks.
 *
 * <pre>
 * v1 REQUEST  | 10 | length | id (4) | milliseconds left (4) | body
 * v1 REPLY    | 11 | length | id (4) | body
 * v1 ERROR    | 12 | length | id (4) | code (1) | words
 * v0 both     | length      | 80000000 + id (4) | body
 * </pre>
 */
public final class RequesterSide extends Side implements RequestPort.Target {
  private static final int TOP = 0x8000_0000;
  private static final int WORD = 4;

  private final RequestPort.Listener listener;
  private final PortMetrics metrics;
  private final InFlight inFlight = new InFlight();
  private long peerMaxMessage = Long.MAX_VALUE;

  /** Makes the side of a connection. */
  public RequesterSide(
      Session session, Dialect dialect, RequestPort.Listener listener, PortMetrics metrics) {
    super(session, dialect);
    this.listener = listener;
    this.metrics = metrics;
  }

  @Override
  protected long maxBody() {
    return super.maxBody() + (v1() ? 0 : WORD);
  }

  @Override
  public Peer peer() {
    return session.peer();
  }

  @Override
  public @Nullable Helm helm() {
    return session.link().helm();
  }

  @Override
  public boolean send(int id, long remainingNanos, byte[] body) {
    if (v1()) {
      if (body.length > peerMaxMessage) {
        session.link().execute(() -> tooLarge(id, body.length));
        return true;
      }
      long millis = remainingNanos == Long.MAX_VALUE ? -1 : millis(remainingNanos);
      long fields = ((long) id << 32) | (millis & 0xFFFF_FFFFL);
      return sendInBatch(inFlight, FrameType.REQUEST, fields, Frames.EMPTY, body);
    }
    byte[] head = ByteBuffer.allocate(WORD).putInt(TOP | id).array();
    return sendInBatch(inFlight, FrameType.DATA, 0, head, body);
  }

  private void tooLarge(int id, int size) {
    String words = "the request has " + size + " bytes, and the replier takes " + peerMaxMessage;
    listener.failed(this, id, Failure.TOO_LARGE, words);
  }

  /** Rounded up, so that the replier does not give up before us. */
  private static long millis(long nanos) {
    return Math.min(0xFFFF_FFFEL, (Math.max(0, nanos) + 999_999) / 1_000_000);
  }

  @Override
  protected void check(Open peer) throws Rejection {
    super.check(peer);
    peerMaxMessage = peer.maxMessage();
  }

  @Override
  protected void up() {
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
  protected void batchEnd() {
    listener.batchEnd(this);
  }

  @Override
  protected void down(DisconnectReason reason, String detail) {
    listener.targetDown(this, reason, detail);
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    inFlight.end();
    if (!v1()) {
      replyOfV0(body);
      return true;
    }
    switch (type) {
      case FrameType.REPLY -> listener.reply(this, narrow, body);
      case FrameType.ERROR -> {
        if (body.length < 1) {
          throw ProtocolException.malformed("its ERROR has no code");
        }
        listener.failed(this, narrow, Failure.of(body[0]), Frames.words(body, 1));
      }
      default -> throw unexpected(type);
    }
    return true;
  }

  private void replyOfV0(byte[] body) throws ProtocolException {
    if (body.length < WORD) {
      throw ProtocolException.malformed("its reply has " + body.length + " bytes");
    }
    int word = ByteBuffer.wrap(body).getInt();
    if ((word & TOP) == 0) {
      metrics.dropped(PortMetrics.Drop.MALFORMED, 1);
      return;
    }
    listener.reply(this, word & ~TOP, Arrays.copyOfRange(body, WORD, body.length));
  }
}
