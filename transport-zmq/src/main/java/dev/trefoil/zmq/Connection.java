package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Msg;
import zmq.Options;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.io.SessionBase;
import zmq.io.StreamEngine.ErrorReason;
import zmq.io.net.Address;

/**
 * One TCP connection: stands where JeroMQ expects the session of a socket, and hands whole messages
 * to a {@link Dialogue} instead of a pipe. So the queue behind it is ours, pressure stops the reading
 * of this connection only, and nothing is shared with other connections.
 *
 * <p>Threads: fields without a word are the loop's. {@link #offer}, {@link #urgent}, {@link #resume},
 * {@link #finish} and {@link #abort} may be called by any thread; they change nothing but the outbox
 * and leave the rest to the loop.
 */
final class Connection extends SessionBase {
  /** Where a connection is in its life; only forward. */
  enum State {
    HANDSHAKE,
    KNOWN,
    UP,
    FINISHING,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final AtomicLong PEER_IDS = new AtomicLong(1L << 40);
  private static final ThreadLocal<@Nullable Connection> CURRENT = new ThreadLocal<>();
  private static final int BATCH_MESSAGES = 128;
  private static final long BATCH_BYTES = 128 * 1024;
  private static final int MOST_FRAMES = 64;
  private static final long FAREWELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final IoLoop loop;
  private final ZmqPort port;
  private final Options engineOptions;
  private final SocketChannel channel;
  private final Endpoint endpoint;
  private final String address;
  private final @Nullable Dialing dialing;
  private final Outbox outbox;
  private final Dialogue dialogue;
  private final Gate gate;
  private final Runnable flush = this::flushNow;
  private final long openedNanos;

  private @Nullable SafeEngine engine;
  private volatile State state = State.HANDSHAKE;
  private volatile @Nullable Peer peer;
  private volatile boolean paused;
  private volatile long heardNanos;
  private volatile long wroteNanos;
  private volatile boolean starving = true;

  private final @Nullable Object[] batch = new @Nullable Object[BATCH_MESSAGES];
  private int batchAt;
  private int batchCount;
  private byte @Nullable [][] parts;
  private int partAt;
  private final ArrayDeque<Msg> commands = new ArrayDeque<>();
  private boolean firstPull;
  private int emptyPulls;

  private byte[][] frames = new byte[4][];
  private int frameCount;
  private long frameBytes;
  private boolean skipping;
  private boolean replay;
  private long resumesSeen;
  private @Nullable DisconnectReason failure;
  private @Nullable RejectReason rejection;
  private String failureDetail = "";
  private boolean greeted;
  private boolean halfClosed;

  Connection(
      IoLoop loop,
      SocketBase witness,
      ZmqPort port,
      SocketChannel channel,
      Endpoint endpoint,
      String address,
      @Nullable Dialing dialing) {
    super(loop.ioThread(), false, witness, port.engineOptions(), new Address("tcp", ""));
    this.loop = loop;
    this.port = port;
    this.engineOptions = port.engineOptions();
    this.channel = channel;
    this.endpoint = endpoint;
    this.address = address;
    this.dialing = dialing;
    dev.trefoil.Options options = port.context().options();
    this.outbox = new Outbox(options.sendQueueMessages(), options.sendQueueBytes());
    this.gate = new Gate(port.security(), address);
    this.openedNanos = port.nanoTime();
    this.heardNanos = openedNanos;
    this.wroteNanos = openedNanos;
    this.dialogue = port.dialogue(this);
  }

  // ---- for ports and dialogues ----

  Endpoint endpoint() {
    return endpoint;
  }

  String address() {
    return address;
  }

  @Nullable Dialing dialing() {
    return dialing;
  }

  Dialogue dialogue() {
    return dialogue;
  }

  State state() {
    return state;
  }

  boolean paused() {
    return paused;
  }

  /** {@return the peer; only after {@link #establish}} */
  Peer peer() {
    Peer known = peer;
    if (known == null) {
      throw new IllegalStateException("the handshake is not over");
    }
    return known;
  }

  /** Starts the engine. */
  void start() {
    loop.execute(this::plug);
  }

  /** Queues a message; any thread. */
  boolean offer(Object message, int size) {
    Outbox.Offer offer = outbox.offer(message, size);
    return sent(offer);
  }

  /** Queues a message, dropping the oldest; any thread; returns how many were dropped, or -1. */
  int offerDroppingOldest(Object message, int size) {
    return outbox.offerDroppingOldest(message, size, this::wake);
  }

  /** Waits for room and queues a message; any thread but a loop's. */
  boolean offerWaiting(Object message, int size, long nanos) throws InterruptedException {
    return sent(outbox.offerWaiting(message, size, nanos));
  }

  private boolean sent(Outbox.Offer offer) {
    if (offer == Outbox.Offer.WAKE) {
      wake();
    }
    return offer == Outbox.Offer.WAKE || offer == Outbox.Offer.QUEUED;
  }

  /** Says that {@link Dialogue#urgent} has something; any thread. */
  void stir() {
    if (outbox.stir()) {
      wake();
    }
  }

  private void wake() {
    loop.execute(flush);
  }

  /** {@return how many messages wait} */
  int queued() {
    return outbox.size();
  }

  /** Goes on reading; any thread. */
  void resume() {
    loop.execute(this::resumeNow);
  }

  /** Sends what is queued and closes, or just closes when the time is up; any thread. */
  void finish(long nanos) {
    loop.execute(() -> finishNow(nanos));
  }

  /** Closes at once; any thread. */
  void abort(DisconnectReason reason, String detail) {
    loop.execute(() -> shut(reason, detail));
  }

  /** Turns the peer away; any thread, before it is established. */
  void reject(RejectReason reason, String detail) {
    loop.execute(
        () -> {
          rejection = reason;
          shut(DisconnectReason.LOCAL, detail);
        });
  }

  /** Closes after the message that is being worked on; for dialogues, within {@code message}. */
  void fail(DisconnectReason reason, String detail) {
    failure = reason;
    failureDetail = detail;
  }

  /** Makes the other side a peer, which the listener hears; for dialogues. */
  void establish() {
    Peer known = new Peer(PEER_IDS.getAndIncrement(), endpoint, address, "zmtp 3.0");
    peer = known;
    state = State.UP;
    if (dialing != null) {
      dialing.held();
    }
    port.established(this);
    port.listener().peerUp(known);
    dialogue.established();
  }

  // ---- the watch over silent connections; called by the timer's thread ----

  /** Looks whether a deadline has passed. */
  void tick(long now, long heartbeatNanos, int misses, long handshakeNanos, long stallNanos) {
    State seen = state;
    if (seen == State.HANDSHAKE || seen == State.KNOWN) {
      if (now - openedNanos > handshakeNanos) {
        reject(
            seen == State.KNOWN ? RejectReason.LACKS_CAPABILITY : RejectReason.HANDSHAKE_TIMEOUT,
            seen == State.KNOWN
                ? "it does not acknowledge messages: not Trefoil, or not at-least-once"
                : "no handshake within " + TimeUnit.NANOSECONDS.toMillis(handshakeNanos) + " ms");
      }
      return;
    }
    if (seen != State.UP) {
      return;
    }
    if (!starving) {
      if (stallNanos > 0 && now - wroteNanos > stallNanos) {
        abort(DisconnectReason.STALLED, "it took nothing of what was sent");
      }
      return;
    }
    if (heartbeatNanos > 0) {
      long silent = now - heardNanos;
      if (!paused && silent > heartbeatNanos * misses) {
        abort(DisconnectReason.HEARTBEAT, "nothing was heard from it");
      } else {
        loop.execute(this::ping);
      }
    }
  }

  private void ping() {
    if (state != State.UP || !starving) {
      return;
    }
    Msg ping = new Msg(7);
    ping.setFlags(Msg.COMMAND);
    ping.putShortString("PING").put((byte) 0).put((byte) 0);
    commands.add(ping);
    stir();
  }

  // ---- the engine's wall ----

  /** An engine's work begins; returns whether it is the outermost. */
  boolean enter(boolean reading) {
    CURRENT.set(this);
    if (reading) {
      heardNanos = port.nanoTime();
    }
    return loop.eventBegins();
  }

  /** It ends: tasks that it caused may run. */
  void leave(boolean outermost, boolean reading) {
    if (outermost) {
      if (reading && state == State.UP) {
        dialogue.batchEnd();
      }
      if (gate.refused() && state == State.HANDSHAKE) {
        loop.execute(this::turnAway);
      }
      CURRENT.remove();
      loop.eventEnds();
    }
  }

  /** Lets the engine say why, which it does when it next writes, and closes. */
  private void turnAway() {
    SafeEngine current = engine;
    if (current == null || state != State.HANDSHAKE) {
      return;
    }
    rejection = RejectReason.SECURITY;
    current.restartOutput();
    shut(DisconnectReason.LOCAL, gate.refusal());
  }

  /** The engine threw: its connection ends, the thread goes on. */
  void threw(Throwable cause) {
    if (state == State.CLOSED) {
      return;
    }
    if (cause instanceof FrameRefused) {
      failure = DisconnectReason.TOO_LARGE;
      failureDetail = "a frame over the limit of " + port.maxMessageBytes() + " bytes";
    } else {
      LOG.debug("the engine of {} threw", address, cause);
      failure = DisconnectReason.MALFORMED;
      failureDetail = "bytes that ZMTP does not allow: " + cause;
    }
    shut(failure, failureDetail);
  }

  /** JeroMQ reports something about a handshake; on the loop of the connection that it is about. */
  static void witnessed(ZMQ.Event event) {
    Connection current = CURRENT.get();
    if (current == null) {
      return;
    }
    if (event.event == ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL) {
      current.greeted = true;
    } else {
      current.gate.failed(event.event, event.arg);
    }
  }

  /** The engine is about to write. */
  void writing() {
    firstPull = true;
    wroteNanos = port.nanoTime();
  }

  private void plug() {
    if (state != State.HANDSHAKE) {
      return;
    }
    try {
      SafeEngine created = new SafeEngine(channel, engineOptions, endpoint.toString(), this);
      engine = created;
      boolean outermost = enter(true);
      try {
        created.plug(loop.ioThread(), this);
      } finally {
        leave(outermost, true);
      }
    } catch (RuntimeException | AssertionError e) {
      threw(e);
    }
  }

  private void flushNow() {
    SafeEngine current = engine;
    if (current == null || (state != State.UP && state != State.FINISHING && state != State.KNOWN)) {
      return;
    }
    current.restartOutput();
    if (engine != null && state != State.CLOSED) {
      current.outEvent();
    }
  }

  private void resumeNow() {
    SafeEngine current = engine;
    if (!paused || current == null || state == State.CLOSED) {
      return;
    }
    paused = false;
    heardNanos = port.nanoTime();
    current.restartInput();
  }

  // ---- ending ----

  private void finishNow(long nanos) {
    if (state == State.CLOSED || state == State.FINISHING) {
      return;
    }
    if (state != State.UP || nanos <= 0) {
      shut(DisconnectReason.LOCAL, "closed here");
      return;
    }
    state = State.FINISHING;
    port.timekeeper().schedule(nanos, () -> abort(DisconnectReason.LOCAL, "closed here"));
    if (outbox.stir() || starving) {
      flushNow();
    }
    if (state == State.FINISHING) {
      resumeNow();
    }
  }

  /**
   * The engine had nothing left when it asked. It may still hold the end of a large message, so it
   * is asked once more: only when it then asks for the next message at once is everything written.
   */
  private void nothingLeft() {
    if (state != State.FINISHING || halfClosed) {
      return;
    }
    emptyPulls++;
    if (emptyPulls == 1) {
      loop.execute(this::writeOn);
    } else {
      halfClosed = true;
      loop.execute(this::sayFarewell);
    }
  }

  private void writeOn() {
    SafeEngine current = engine;
    if (current != null && state == State.FINISHING) {
      current.outEvent();
    }
  }

  private void sayFarewell() {
    if (state != State.FINISHING) {
      return;
    }
    try {
      channel.shutdownOutput();
      port.timekeeper()
          .schedule(FAREWELL_NANOS, () -> abort(DisconnectReason.LOCAL, "closed here"));
    } catch (IOException e) {
      shut(DisconnectReason.LOCAL, "closed here");
    }
  }

  /** Ends the engine and tells everybody; idempotent. */
  private void shut(DisconnectReason reason, String detail) {
    if (state == State.CLOSED) {
      return;
    }
    SafeEngine current = engine;
    engine = null;
    State before = state;
    state = State.CLOSED;
    if (current != null) {
      try {
        current.terminate();
      } catch (RuntimeException | AssertionError e) {
        LOG.debug("the engine of {} did not end well", address, e);
      }
    }
    closeQuietly();
    tell(before, reason, detail);
  }

  private void closeQuietly() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("the connection to {} did not close well", address, e);
    }
  }

  private void tell(State before, DisconnectReason reason, String detail) {
    int unsent = outbox.close() + batchCount - batchAt;
    if (before == State.UP || before == State.FINISHING) {
      dialogue.down(reason, detail);
      port.closed(this, reason, detail, unsent);
    } else {
      port.turnedAway(this, rejection, detail, greeted);
    }
  }

  @Override
  public void engineError(boolean handshaked, ErrorReason reason) {
    engine = null;
    State before = state;
    if (before == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    DisconnectReason why = disconnectReason(before, reason);
    String detail = failureDetail.isEmpty() ? why.tag().replace('_', ' ') : failureDetail;
    if (before == State.HANDSHAKE && rejection == null) {
      rejection = gate.rejection(reason, errno.get(), greeted);
      detail = gate.detail(reason, errno.get(), greeted);
    }
    tell(before, why, detail);
  }

  private DisconnectReason disconnectReason(State before, ErrorReason reason) {
    DisconnectReason known = failure;
    if (known != null) {
      return known;
    }
    if (before == State.FINISHING) {
      return DisconnectReason.LOCAL;
    }
    return switch (reason) {
      case CONNECTION -> DisconnectReason.CLOSED_BY_PEER;
      case TIMEOUT -> DisconnectReason.HEARTBEAT;
      case PROTOCOL ->
          errno.is(ZError.EMSGSIZE) ? DisconnectReason.TOO_LARGE : DisconnectReason.MALFORMED;
    };
  }

  // ---- receiving: called by the engine ----

  @Override
  protected boolean pushMsg(Msg message) {
    if (replay) {
      replay = false;
      return true;
    }
    if (message.isIdentity()) {
      state = State.KNOWN;
      dialogue.up();
      return true;
    }
    if (message.isCommand() || message.isCredential() || state == State.FINISHING) {
      return true;
    }
    return collect(message) || refuseMore();
  }

  /** Stops the engine: for good if the dialogue said so, else until {@link #resume}. */
  private boolean refuseMore() {
    if (failure != null) {
      errno.set(failure == DisconnectReason.TOO_LARGE ? ZError.EMSGSIZE : ZError.EPROTO);
      return false;
    }
    paused = true;
    replay = true;
    port.paused(this, resumesSeen);
    errno.set(ZError.EAGAIN);
    return false;
  }

  private boolean collect(Msg message) {
    boolean last = !message.hasMore();
    if (message.size() > port.maxFrameBytes()) {
      fail(DisconnectReason.TOO_LARGE, "a frame of " + message.size() + " bytes");
      return false;
    }
    if (!skipping) {
      frameBytes += message.size();
      if (frameCount == MOST_FRAMES || frameBytes > port.maxFrameBytes() + BATCH_BYTES) {
        skipping = true;
      } else {
        add(message.data());
      }
    }
    if (!last) {
      return true;
    }
    boolean tooMany = skipping;
    int count = frameCount;
    skipping = false;
    frameCount = 0;
    frameBytes = 0;
    if (tooMany) {
      port.multipart();
      return true;
    }
    resumesSeen = port.resumes();
    boolean more = dialogue.message(frames, count);
    Arrays.fill(frames, 0, count, null);
    return more && failure == null;
  }

  private void add(byte[] frame) {
    if (frameCount == frames.length) {
      frames = Arrays.copyOf(frames, frameCount * 2);
    }
    frames[frameCount++] = frame;
  }

  @Override
  public void flush() {
    // Messages were handed over as they came.
  }

  // ---- sending: called by the engine ----

  @Override
  protected @Nullable Msg pullMsg() {
    Msg next = nextFrame();
    if (next != null) {
      firstPull = false;
      emptyPulls = 0;
      starving = false;
      return next;
    }
    starving = true;
    if (firstPull) {
      nothingLeft();
    }
    return null;
  }

  private @Nullable Msg nextFrame() {
    byte[][] current = parts;
    if (current != null) {
      return part(current);
    }
    if (!commands.isEmpty()) {
      return commands.poll();
    }
    byte[][] urgent = dialogue.urgent();
    if (urgent != null) {
      partAt = 0;
      return part(urgent);
    }
    if (batchAt == batchCount) {
      int taken = refill();
      if (taken <= 0) {
        return taken < 0 ? nextFrame() : null;
      }
    }
    Object message = batch[batchAt];
    batch[batchAt++] = null;
    if (message instanceof byte[] single) {
      return new Msg(single);
    }
    if (message instanceof byte[][] several) {
      partAt = 0;
      return part(several);
    }
    throw new IllegalStateException("not a message: " + message);
  }

  private Msg part(byte[][] message) {
    Msg frame = new Msg(message[partAt++]);
    if (partAt < message.length) {
      frame.setFlags(Msg.MORE);
      parts = message;
    } else {
      parts = null;
    }
    return frame;
  }

  private int refill() {
    int taken = outbox.take(batch, BATCH_BYTES);
    batchAt = 0;
    batchCount = Math.max(taken, 0);
    if (batchCount > 0 && outbox.takeRoomNews()) {
      loop.execute(
          () -> {
            if (state == State.UP) {
              dialogue.room();
            }
          });
    }
    return taken;
  }

  // ---- what else the engine asks its session ----

  /** Peers of ZMTP 1 and 2 know neither roles nor security in their handshake: not let in. */
  @Override
  protected boolean zapEnabled() {
    return true;
  }

  @Override
  public int zapConnect() {
    return gate.asks() ? 0 : ZError.ECONNREFUSED;
  }

  @Override
  public boolean writeZapMsg(Msg message) {
    gate.write(message);
    return true;
  }

  @Override
  public @Nullable Msg readZapMsg() {
    Msg next = gate.read();
    if (next == null) {
      errno.set(ZError.EAGAIN);
    }
    return next;
  }

  @Override
  public String getEndpoint() {
    return endpoint.toString();
  }

  @Override
  public String toString() {
    return "connection with " + address + " of " + endpoint;
  }

  /** Thrown by the allocator of frames, and caught by the engine's wall. */
  static final class FrameRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FrameRefused() {
      super("a frame over the limit", null, false, false);
    }
  }
}
