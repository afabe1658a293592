package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Framer;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.support.PeerIds;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection as a state machine: bytes and time come in, frames go to the {@link Outlet}. It
 * does the handshake, the heartbeats and the goodbye; the rest is its {@link Side}'s.
 *
 * <p>All methods are called by one thread, the loop of the connection, but {@link #outlet}, {@link
 * #shut}, {@link #goodbye} and the sends of the side, which any thread may call.
 *
 * <pre>
 * HELLO --hello, v0--> UP --end--> ENDED
 *   \--hello, v1--> OPENING --OPEN--> UP
 * </pre>
 */
public final class Session implements Framer.Handler {
  private enum Stage {
    HELLO,
    OPENING,
    UP,
    ENDED
  }

  /** Below this much unwritten output a PING is answered; above it the output is sign enough. */
  private static final int QUIET_BYTES = 64 * 1024;

  private final SessionConfig config;
  private final SessionOwner owner;
  private final @Nullable Dialect dialed;
  private final Endpoint endpoint;
  private final String address;
  private final Link link;
  private final Outlet outlet;

  private final Hello hello = new Hello();
  private final Heartbeat heartbeat;
  private Stage stage = Stage.HELLO;
  private @Nullable Framer framer;
  private @Nullable Side side;
  private @Nullable Peer peer;
  private @Nullable Rejection rejection;
  private long handshakeDue;
  private long now;
  private boolean paused;
  private boolean delivered;
  private boolean peerLeaving;

  /** Guarded by the outlet's lock. */
  private boolean saidGoodbye;

  /**
   * Makes the session of a new connection.
   *
   * @param config what the port's sessions share
   * @param owner the port
   * @param dialed what to speak if this side dialed, null if it was dialed
   * @param endpoint the local endpoint that the peer is met through
   * @param address where the peer is
   * @param link carries the bytes
   */
  public Session(
      SessionConfig config,
      SessionOwner owner,
      @Nullable Dialect dialed,
      Endpoint endpoint,
      String address,
      Link link) {
    this.config = config;
    this.owner = owner;
    this.dialed = dialed;
    this.endpoint = endpoint;
    this.address = address;
    this.link = link;
    this.outlet = new Outlet(config.queueMessages(), config.queueBytes());
    this.heartbeat = new Heartbeat(config.heartbeatNanos(), config.heartbeatMisses());
  }

  /** The connection stands: a dialer speaks at once. */
  public void start(long nowNanos) {
    now = nowNanos;
    heartbeat.heard(nowNanos);
    handshakeDue = nowNanos + config.handshakeNanos();
    if (dialed != null) {
      begin(dialed);
    }
  }

  /**
   * Takes bytes of the peer.
   *
   * @param in read to its end, unless the session pauses or ends
   * @param nowNanos the time
   * @return false to stop reading until {@link Link#resume}; the rest of the bytes is still due
   */
  public boolean received(ByteBuffer in, long nowNanos) {
    now = nowNanos;
    heartbeat.heard(nowNanos);
    try {
      if (stage == Stage.HELLO && !hello(in)) {
        return true;
      }
      Framer framing = framer;
      paused = stage != Stage.ENDED && framing != null && !framing.feed(in, this);
    } catch (Rejection e) {
      reject(e);
    } catch (ProtocolException e) {
      if (stage == Stage.UP) {
        stage = Stage.ENDED;
        link.close(e.reason(), e.detail());
      } else {
        reject(new Rejection(RejectReason.BAD_HELLO, e.detail()));
      }
    }
    if (delivered && side != null) {
      delivered = false;
      side.batchEnd();
    }
    return !paused;
  }

  /** The engine reads again after a pause. */
  public void resumed(long nowNanos) {
    paused = false;
    heartbeat.heard(nowNanos);
  }

  private boolean hello(ByteBuffer in) throws Rejection {
    if (!hello.read(in)) {
      return false;
    }
    Dialect dialect;
    try {
      dialect = hello.accept(config.role());
    } catch (Rejection e) {
      answerStranger();
      throw e;
    }
    if (dialed != null && dialed != dialect) {
      throw new Rejection(
          RejectReason.WRONG_VERSION,
          "it speaks " + dialect.words() + " and was dialed for " + dialed.words());
    }
    if (dialed == null) {
      begin(dialect);
    }
    Side ours = side();
    framer = new Framer(dialect, ours.maxBody());
    if (dialect == Dialect.V1) {
      stage = Stage.OPENING;
      return true;
    }
    ours.check(new Open(0, 0, Long.MAX_VALUE, 0, 0, 0));
    up(dialect);
    return true;
  }

  /** Tells a dialer of the wrong role what we are, so that its side can say so too. */
  private void answerStranger() {
    if (dialed == null) {
      byte[] ours = hello(Dialect.V0);
      outlet.lock();
      try {
        outlet.queue().addBytes(ours);
      } finally {
        outlet.unlock();
      }
    }
  }

  private byte[] hello(Dialect dialect) {
    return ByteBuffer.allocate(Hello.BYTES).putLong(Hello.encode(config.role(), dialect)).array();
  }

  private void begin(Dialect dialect) {
    Side ours = owner.side(this, dialect);
    side = ours;
    boolean flush;
    outlet.lock();
    try {
      outlet.use(ours.queue());
      outlet.queue().addBytes(hello(dialect));
      if (dialect == Dialect.V1) {
        outlet.queue().add(FrameType.OPEN, 0, 0, Frames.EMPTY, config.open().encode());
      }
      flush = link.queued(true);
    } finally {
      outlet.unlock();
    }
    if (flush) {
      link.flush();
    }
  }

  private void up(Dialect dialect) {
    stage = Stage.UP;
    peer = new Peer(PeerIds.next(), endpoint, address, dialect.words());
    outlet.open(true);
    owner.up(this);
    side().up();
  }

  @Override
  public boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    if (stage == Stage.OPENING) {
      open(type, body);
      return true;
    }
    switch (type) {
      case FrameType.PING -> {
        control(FrameType.PONG, QUIET_BYTES, Frames.EMPTY, Frames.EMPTY);
        return true;
      }
      case FrameType.PONG -> {
        return true;
      }
      case FrameType.GOODBYE -> {
        if (!peerLeaving) {
          peerLeaving = true;
          side().leaving();
        }
        return true;
      }
      case FrameType.OPEN -> throw ProtocolException.malformed("it opened twice");
      default -> {
        delivered = true;
        return side().frame(type, wide, narrow, head, body);
      }
    }
  }

  private void open(int type, byte[] body) throws ProtocolException {
    if (type != FrameType.OPEN) {
      throw ProtocolException.malformed("it sent a " + FrameType.name(type) + " before its OPEN");
    }
    Open open = Open.decode(body);
    try {
      side().check(open);
    } catch (Rejection e) {
      reject(e);
      return;
    }
    up(Dialect.V1);
  }

  /**
   * Looks at the time.
   *
   * @param nowNanos the time
   * @return when to call again, or Long.MAX_VALUE for never
   */
  public long tick(long nowNanos) {
    now = nowNanos;
    if (stage == Stage.HELLO || stage == Stage.OPENING) {
      if (nowNanos - handshakeDue < 0) {
        return handshakeDue;
      }
      reject(
          new Rejection(
              RejectReason.HANDSHAKE_TIMEOUT,
              stage == Stage.OPENING
                  ? "its OPEN did not come in time"
                  : "it sent " + hello.have() + " of the 8 bytes of its hello in time"));
      return Long.MAX_VALUE;
    }
    long interval = config.heartbeatNanos();
    if (stage == Stage.ENDED || interval == 0 || framer == null || !side().v1()) {
      return Long.MAX_VALUE;
    }
    return heartbeat(nowNanos, interval);
  }

  private long heartbeat(long nowNanos, long interval) {
    if (paused) {
      control(FrameType.PONG, QUIET_BYTES, Frames.EMPTY, Frames.EMPTY);
      return nowNanos + interval;
    }
    Heartbeat.Verdict verdict = heartbeat.look(nowNanos);
    if (verdict == Heartbeat.Verdict.ASK_AGAIN || verdict == Heartbeat.Verdict.LOST) {
      owner.heartbeatMissed();
    }
    if (verdict == Heartbeat.Verdict.LOST) {
      long millis = heartbeat.silence(nowNanos) / 1_000_000;
      link.close(DisconnectReason.HEARTBEAT, "nothing came for " + millis + " ms");
      return Long.MAX_VALUE;
    }
    if (verdict != Heartbeat.Verdict.WAIT) {
      control(FrameType.PING, QUIET_BYTES, Frames.EMPTY, Frames.EMPTY);
    }
    return heartbeat.due();
  }

  /** Room was announced. */
  public void roomAgain() {
    if (stage == Stage.UP && side != null) {
      side.roomAgain();
    }
  }

  /**
   * The connection is closed. Called once.
   *
   * @param reason why
   * @param detail more words on why
   */
  public void ended(DisconnectReason reason, String detail) {
    boolean wasUp = peer != null;
    stage = Stage.ENDED;
    outlet.open(false);
    if (wasUp) {
      DisconnectReason told =
          reason == DisconnectReason.CLOSED_BY_PEER && peerLeaving
              ? DisconnectReason.GOODBYE
              : reason;
      side().down(told, detail);
      owner.down(this, told, detail);
    } else if (rejection != null) {
      owner.rejected(this, rejection.reason(), rejection.detail());
    } else {
      owner.rejected(this, RejectReason.HANDSHAKE_CLOSED, detail);
    }
  }

  /** Tells the peer, where it understands that, to send nothing new. Any thread. */
  public void goodbye(String words) {
    boolean flush = false;
    outlet.lock();
    try {
      if (outlet.isOpen() && !saidGoodbye && side().v1()) {
        saidGoodbye = true;
        outlet.queue().add(FrameType.GOODBYE, 0, 0, Frames.EMPTY, Frames.words(words));
        flush = link.queued(true);
      }
    } finally {
      outlet.unlock();
    }
    if (flush) {
      link.flush();
    }
  }

  /** Takes no more messages from above, so that the queue runs dry. Any thread. */
  public void shut() {
    outlet.open(false);
  }

  /** The writer is about to copy from the queue. Under the outlet's lock. */
  public void beforeFill() {
    if (side != null) {
      side.beforeFill(outlet.queue());
    }
  }

  /** Queues a small frame, unless more than so many bytes wait already; 0: in any case. */
  void control(int type, int unlessBytes, byte[] head, byte[] body) {
    boolean flush = false;
    outlet.lock();
    try {
      if (outlet.isOpen() && (unlessBytes == 0 || outlet.queue().bytes() < unlessBytes)) {
        outlet.queue().add(type, 0, 0, head, body);
        flush = link.queued(true);
      }
    } finally {
      outlet.unlock();
    }
    if (flush) {
      link.flush();
    }
  }

  private void reject(Rejection why) {
    rejection = why;
    stage = Stage.ENDED;
    link.close(DisconnectReason.LOCAL, why.detail());
  }

  /** {@return whether the handshake is done and the connection not ended} */
  public boolean isUp() {
    return stage == Stage.UP;
  }

  /** {@return whether what is unread is worth nothing once the peer is gone} */
  public boolean unreadIsWorthless() {
    return side != null && side.unreadIsWorthless();
  }

  /** {@return the peer, once the handshake is done} */
  public Peer peer() {
    Peer known = peer;
    if (known == null) {
      throw new IllegalStateException("no peer yet");
    }
    return known;
  }

  /** {@return the way out} */
  public Outlet outlet() {
    return outlet;
  }

  /** {@return what carries the bytes} */
  public Link link() {
    return link;
  }

  /** {@return what the port's sessions share} */
  public SessionConfig config() {
    return config;
  }

  /** {@return the time of the bytes that are being handled} */
  public long now() {
    return now;
  }

  /** {@return the local endpoint that the peer is met through} */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** {@return where the peer is} */
  public String address() {
    return address;
  }

  /** {@return the role's part, once the dialect is known} */
  public Side side() {
    Side known = side;
    if (known == null) {
      throw new IllegalStateException("no dialect yet");
    }
    return known;
  }
}
