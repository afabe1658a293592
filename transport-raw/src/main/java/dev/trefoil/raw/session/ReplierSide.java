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
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.ReplyPort;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Answers. In v0 what stands before a request's payload is a stack of words, the last of which has
 * its top bit set; it goes back as it came.
 *
 * <pre>
 * v0  | length | pipe id (4) ... | 80000000 + id (4) | payload
 * </pre>
 */
public final class ReplierSide extends Side {
  private static final int WORD = 4;
  private static final int MAX_HOPS = 8;

  private final ReplyPort.Listener listener;
  private final PortMetrics metrics;
  private final InFlight inFlight = new InFlight();
  private long peerMaxMessage = Long.MAX_VALUE;

  /** Makes the side of a connection. */
  public ReplierSide(
      Session session, Dialect dialect, ReplyPort.Listener listener, PortMetrics metrics) {
    super(session, dialect);
    this.listener = listener;
    this.metrics = metrics;
  }

  @Override
  protected long maxBody() {
    return super.maxBody() + (v1() ? 0 : WORD * (MAX_HOPS + 1));
  }

  @Override
  protected void check(Open peer) throws Rejection {
    super.check(peer);
    peerMaxMessage = peer.maxMessage();
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
    return true;
  }

  @Override
  protected boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    if (!v1()) {
      return requestOfV0(body);
    }
    if (type != FrameType.REQUEST) {
      throw unexpected(type);
    }
    long millis = wide & 0xFFFF_FFFFL;
    long deadline =
        (int) millis == FrameType.NO_DEADLINE
            ? Long.MAX_VALUE
            : session.now() + millis * 1_000_000L;
    return request(new Asked(this, Frames.EMPTY, (int) (wide >>> 32), deadline, body));
  }

  private boolean requestOfV0(byte[] body) throws ProtocolException {
    int at = 0;
    for (int hops = 0; hops <= MAX_HOPS; hops++) {
      if (body.length - at < WORD) {
        throw ProtocolException.malformed("its request ends within the header");
      }
      boolean last = body[at] < 0;
      at += WORD;
      if (last) {
        byte[] stack = Arrays.copyOf(body, at);
        byte[] payload = Arrays.copyOfRange(body, at, body.length);
        return request(new Asked(this, stack, 0, Long.MAX_VALUE, payload));
      }
    }
    metrics.dropped(PortMetrics.Drop.MALFORMED, 1);
    return true;
  }

  private boolean request(Asked asked) {
    inFlight.begin();
    return listener.request(asked);
  }

  /** One that will get no answer, and the wire has no word for that. */
  private void giveUp() {
    Outlet outlet = session.outlet();
    outlet.lock();
    try {
      inFlight.end();
    } finally {
      outlet.unlock();
    }
  }

  private void answer(int type, int id, byte[] stack, byte[] body) {
    Outlet outlet = session.outlet();
    boolean flush;
    outlet.lock();
    try {
      inFlight.end();
      if (!outlet.isOpen()) {
        metrics.dropped(PortMetrics.Drop.NO_PEER, 1);
        return;
      }
      if (!outlet.hasRoom(body.length)) {
        metrics.dropped(PortMetrics.Drop.REPLY_QUEUE_FULL, 1);
        return;
      }
      outlet.queue().add(type, 0, id, stack, body);
      flush = session.link().queuedInBatch(inFlight.count());
    } finally {
      outlet.unlock();
    }
    if (flush) {
      session.link().flush();
    }
  }

  /** A request that waits for its answer. */
  private static final class Asked implements ReplyPort.Incoming {
    private static final VarHandle ANSWERED;

    static {
      try {
        ANSWERED = MethodHandles.lookup().findVarHandle(Asked.class, "answered", boolean.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final ReplierSide side;
    private final byte[] stack;
    private final int id;
    private final long deadline;
    private final byte[] body;

    @SuppressWarnings("unused") // by ANSWERED
    private volatile boolean answered;

    Asked(ReplierSide side, byte[] stack, int id, long deadline, byte[] body) {
      this.side = side;
      this.stack = stack;
      this.id = id;
      this.deadline = deadline;
      this.body = body;
    }

    @Override
    public Peer peer() {
      return side.session.peer();
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public long deadlineNanos() {
      return deadline;
    }

    @Override
    public boolean canFail() {
      return side.v1();
    }

    private boolean first() {
      if (ANSWERED.compareAndSet(this, false, true)) {
        return true;
      }
      side.metrics.dropped(PortMetrics.Drop.NO_PEER, 1);
      return false;
    }

    @Override
    public void reply(byte[] answer) {
      if (!first()) {
        return;
      }
      if (!side.v1()) {
        side.answer(FrameType.DATA, 0, stack, answer);
      } else if (answer.length > side.peerMaxMessage) {
        error(Failure.TOO_LARGE, "the reply has " + answer.length + " bytes, over your limit");
      } else {
        side.answer(FrameType.REPLY, id, Frames.EMPTY, answer);
      }
    }

    @Override
    public void fail(Failure failure, String message) {
      if (!first()) {
        return;
      }
      if (side.v1()) {
        error(failure, message);
      } else {
        side.giveUp();
      }
    }

    private void error(Failure failure, String message) {
      side.answer(FrameType.ERROR, id, Frames.EMPTY, Frames.failure(failure, message));
    }
  }
}
