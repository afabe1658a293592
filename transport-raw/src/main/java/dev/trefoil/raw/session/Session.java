package dev.trefoil.raw.session;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Batch;
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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection as a state machine: bytes and time come in, frames go to the {@link Outlet}. It
 * does the handshake, the heartbeats and the goodbye; the rest is its {@link Side}'s.
 *
 * <p>All methods are called by one thread, the loop of the connection, but {@link #outlet}, {@link
 * #parting}, {@link #shut} and the sends of the side, which any thread may call.
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

  private final SessionConfig config;
  private final SessionOwner owner;
  private final @Nullable Dialect dialed;
  private final Endpoint endpoint;
  private final String address;
  private final Link link;
  private final Outlet outlet;

  private final Hello hello = new Hello();
  private final Pulse pulse;
  private Stage stage = Stage.HELLO;
  private @Nullable Framer framer;
  private @Nullable Side side;
  private final Presence presence;
  private final Parting parting;
  private long handshakeDue;
  private long now;
  private boolean paused;
  private boolean delivered;

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
    this.presence = new Presence(this, owner);
    this.parting = new Parting(this, owner);
    this.outlet = new Outlet(config.queueMessages(), config.queueBytes());
    this.pulse = new Pulse(this, config, owner, dialed != null);
  }

  /** The connection stands: a dialer speaks at once. */
  public void start(long nowNanos) {
    now = nowNanos;
    pulse.heard(nowNanos);
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
    pulse.heard(nowNanos);
    try {
      if (stage == Stage.HELLO && !hello(in)) {
        return true;
      }
      Framer framing = framer;
      paused = stage != Stage.ENDED && framing != null && !framing.feed(in, this);
      if (paused) {
        pulse.pauses();
      }
    } catch (Rejection e) {
      reject(e);
    } catch (ProtocolException e) {
      if (stage == Stage.UP) {
        stage = Stage.ENDED;
        link.close(e.reason(), e.detail());
      } else {
        reject(new Rejection(RejectReason.BAD_HELLO, e.detail()));
      }
    } finally { // in any case: what the batch brought is not seen before
      if (delivered && side != null) {
        delivered = false;
        side.batchEnd();
      }
      parting.handedOn();
    }
    return !paused;
  }

  /** {@return where the next bytes may be read to at once, or null; as {@link Framer#room}} */
  public @Nullable ByteBuffer room(int least) {
    return stage == Stage.UP && framer != null ? framer.room(least) : null;
  }

  /** The engine reads again after a pause. */
  public void resumed(long nowNanos) {
    paused = false;
    pulse.resumes(nowNanos);
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
    framer = new Framer(dialect, ours.maxBody(), config.ahead());
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
      outlet.lock();
      try {
        outlet.queue().addBytes(Hello.bytes(config.role(), Dialect.V0));
      } finally {
        outlet.unlock();
      }
    }
  }

  private void begin(Dialect dialect) {
    Side ours = owner.side(this, dialect);
    side = ours;
    queue(
        () -> {
          outlet.use(ours.queue());
          outlet.queue().addBytes(Hello.bytes(config.role(), dialect));
          if (dialect == Dialect.V1) {
            outlet.queue().add(FrameType.OPEN, 0, 0, Frames.EMPTY, config.open().encode());
          }
          return true;
        });
  }

  /** Queues what is not a message, by something called under the lock; {@return what it says} */
  boolean queue(BooleanSupplier frames) {
    boolean queued;
    boolean flush;
    outlet.lock();
    try {
      queued = frames.getAsBoolean();
      flush = queued && link.queued(true);
    } finally {
      outlet.unlock();
    }
    if (flush) {
      link.flush();
    }
    return queued;
  }

  private void up(Dialect dialect) {
    stage = Stage.UP;
    outlet.open(true);
    presence.up(new Peer(PeerIds.next(), endpoint, address, dialect.words()));
    side().up();
  }

  @Override
  public boolean frame(int type, long wide, int narrow, byte[] head, byte[] body)
      throws ProtocolException {
    if (stage != Stage.UP) {
      if (stage == Stage.OPENING) { // else it was turned away, and the rest is for nobody
        open(type, body);
      }
      return true;
    }
    switch (type) {
      case FrameType.PING -> {
        pulse.asked();
        return true;
      }
      case FrameType.PONG -> {
        pulse.answered(body);
        return true;
      }
      case FrameType.GOODBYE -> {
        if (presence.leaves()) {
          side().leaving();
        }
        return true;
      }
      case FrameType.LAST -> {
        parting.lastCame();
        return true;
      }
      case FrameType.OPEN -> throw ProtocolException.malformed("it opened twice");
      default -> {
        delivered = true;
        return side().frame(type, wide, narrow, head, body);
      }
    }
  }

  @Override
  public int batchLimit(int type) {
    return stage == Stage.UP ? side().batchLimit(type) : 1;
  }

  @Override
  public boolean messages(int type, Batch batch) {
    delivered = true;
    return side().messages(batch);
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
    pulse.peerAsksAfter(open.heartbeatMillis() * 1_000_000L);
    if (open.has(Open.SAYS_LAST)) {
      parting.isAnswered();
    }
    up(Dialect.V1);
  }

  /** {@return when to call again, or Long.MAX_VALUE for never, after what is due now is done} */
  public long tick(long nowNanos) {
    now = nowNanos;
    if (stage == Stage.HELLO || stage == Stage.OPENING) {
      if (nowNanos - handshakeDue < 0) {
        return handshakeDue;
      }
      reject(new Rejection(RejectReason.HANDSHAKE_TIMEOUT, hello.late()));
      return Long.MAX_VALUE;
    }
    if (stage == Stage.ENDED || framer == null || !side().v1()) {
      return Long.MAX_VALUE;
    }
    return pulse.tick(nowNanos, paused);
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
    stage = Stage.ENDED;
    outlet.open(false);
    if (framer != null) {
      framer.release();
    }
    parting.over();
    presence.ended(reason, detail);
  }

  /**
   * The peer is gone, while what it sent before waits to be taken: that is told at once, and the
   * messages follow as there is room for them, until {@link #ended}.
   *
   * @param reason why
   * @param detail more words on why
   */
  public void lost(DisconnectReason reason, String detail) {
    if (isUp()) {
      outlet.open(false);
      presence.down(reason, detail);
    }
  }

  /** {@return how it comes to its end} */
  public Parting parting() {
    return parting;
  }

  /** Takes no more messages from above, so that the queue runs dry. Any thread. */
  public void shut() {
    outlet.close();
  }

  /** The writer is about to copy from the queue. Under the outlet's lock. */
  public void beforeFill() {
    if (side != null) {
      side.beforeFill(outlet.queue());
    }
  }

  /** Queues a small frame, unless so many bytes wait already (0: anyway); {@return if it did} */
  boolean control(int type, int unlessBytes, byte[] head, byte[] body) {
    return queue(
        () -> {
          if (!outlet.isOpen() || (unlessBytes > 0 && outlet.queue().bytes() >= unlessBytes)) {
            return false;
          }
          outlet.queue().add(type, 0, 0, head, body);
          return true;
        });
  }

  private void reject(Rejection why) {
    presence.refuse(why);
    stage = Stage.ENDED;
    link.close(DisconnectReason.LOCAL, why.detail());
  }

  /** {@return whether the handshake is done and the connection not ended} */
  public boolean isUp() {
    return stage == Stage.UP;
  }

  /** {@return whether this side has shown itself, so that the peer may take it for connected} */
  public boolean hasBegun() {
    return side != null;
  }

  /** {@return whether what is unread is worth nothing once the peer is gone} */
  public boolean unreadIsWorthless() {
    return side != null && side.unreadIsWorthless();
  }

  /** {@return whether what was written matters once this side closes: it waits for its arrival} */
  public boolean outputMustArrive() {
    return side != null && side.outputMustArrive();
  }

  /** {@return the peer, once the handshake is done} */
  public Peer peer() {
    Peer known = presence.peer();
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
