package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.support.PeerIds;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Msg;
import zmq.Options;
import zmq.io.StreamEngine.ErrorReason;

/**
 * One TCP connection: stands where JeroMQ expects the session of a socket, and hands whole messages
 * to a {@link Dialogue} instead of a pipe. So the queue behind it is ours, pressure stops the
 * reading of this connection only, and nothing is shared with other connections.
 *
 * <p>Threads: fields without a word are the loop's. {@link #outbox}, {@link #resume}, {@link
 * #finish} and {@link #abort} may be called by any thread; they change nothing but the outbox and
 * leave the rest to the loop.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final String CLOSED_HERE = "closed here";
  private static final long FAREWELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final IoLoop loop;
  private final ZmqPort port;
  private final Options engineOptions;
  private final Wire wire;
  private final Origin origin;
  private final Outbox outbox;
  private final Dialogue dialogue;
  private final Gate gate;
  private final Ending ending = new Ending();
  private final Feed feed;
  private final Introduction introduction;
  private final Parting parting;
  private final Assembler assembler;
  private final Pulse pulse;
  private final Session session;
  private final Runnable flush = this::flushNow;

  private final Stage stage = new Stage();
  private volatile @Nullable Peer peer;
  private volatile boolean paused;
  private volatile boolean starving = true;

  private int depth;
  private boolean delivered;
  private boolean halfClosed;

  Connection(IoLoop loop, ZmqPort port, SocketChannel channel, Origin origin) {
    this.loop = loop;
    this.port = port;
    this.engineOptions = port.engineOptions(origin.dialed());
    this.wire = new Wire(channel, origin.address() + " of " + origin.endpoint());
    this.origin = origin;
    dev.trefoil.Options options = port.context().options();
    this.outbox =
        new Outbox(
            options.sendQueueMessages(), options.sendQueueBytes(), () -> loop.execute(flush));
    this.gate = new Gate(port.security(), origin.dialed(), origin.address(), wire::introduce);
    this.assembler = new Assembler(options.maxMessageBytes());
    this.pulse = new Pulse(options, port.context().metrics(), port.nanoTime());
    this.dialogue = port.dialogue(this);
    this.feed = new Feed(outbox, dialogue, options);
    this.introduction = new Introduction(dialogue.part(), !options.heartbeatInterval().isZero());
    this.parting = new Parting(this, port, introduction, feed, gate);
    this.session = new Session(loop.ioThread(), loop.witness(), engineOptions, this, gate);
  }

  Origin origin() {
    return origin;
  }

  Dialogue dialogue() {
    return dialogue;
  }

  State state() {
    return stage.get();
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

  /** Starts the engine, if there is a thread to run it. */
  void start() {
    if (loop.adopt(this)) {
      loop.execute(this::plug);
    } else {
      lost(DisconnectReason.IO_THREAD_LOST, "its I/O thread had died");
    }
  }

  /** {@return what waits to be sent; any thread may add} */
  Outbox outbox() {
    return outbox;
  }

  /** {@return how many messages wait; any thread} */
  int queued() {
    return outbox.size() + feed.taken();
  }

  /** Sends a command if the peer is up and, for what can wait, takes what is sent; any thread. */
  void say(Msg command, boolean canWait) {
    loop.execute(
        () -> {
          if (state() == State.UP && (starving || !canWait)) {
            send(command);
          }
        });
  }

  /** Sends a command; its loop. */
  void send(Msg command) {
    feed.command(command);
    outbox.stir();
  }

  /** A command of ZMTP came; its connection's loop. */
  void command(Msg command) {
    introduction.command(this, command);
    parting.command(command, ending);
  }

  /** {@return how it comes to its last messages} */
  Parting parting() {
    return parting;
  }

  /** A Trefoil role that does not belong here: keeps the line open for it to hear why. */
  void refuse(String objection) {
    ending.reject(RejectReason.WRONG_ROLE, objection);
    port.timekeeper().schedule(FAREWELL_NANOS, () -> abort(DisconnectReason.LOCAL, objection));
    loop.execute(wire::writeAndEnd);
  }

  /** It is known what the peer is, or that it does not say. */
  void met() {
    if (introduction.end() && state() == State.KNOWN && ending.rejection() == null) {
      dialogue.up();
    }
  }

  /** Runs something on its loop, between two events; any thread. */
  void later(Runnable task) {
    loop.execute(task);
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
          ending.reject(reason, detail);
          shut(DisconnectReason.LOCAL, detail);
        });
  }

  /** Closes after the message that is being worked on; for dialogues, within {@code message}. */
  void fail(DisconnectReason reason, String detail) {
    ending.because(reason, detail);
  }

  /** Makes the other side a peer, which the listener hears; for dialogues. */
  void establish() {
    Peer known = new Peer(PeerIds.next(), origin.endpoint(), origin.address(), "zmtp 3.0");
    peer = known;
    if (!stage.advance(State.UP)) {
      return;
    }
    Dialing dialing = origin.dialing();
    if (dialing != null) {
      dialing.held();
    }
    parting.up();
    port.established(this);
    port.listener().peerUp(known);
    dialogue.established();
  }

  /** Looks whether a deadline has passed. */
  void tick(long now) {
    pulse.look(this, now, starving);
  }

  /** An engine's work begins; returns whether the loop was between two events. */
  boolean enter(boolean reading) {
    depth++;
    gate.enter();
    if (reading) {
      pulse.heard(port.nanoTime());
    }
    return loop.eventBegins();
  }

  /** It ends: tasks that it caused may run. */
  void leave(boolean outermost) {
    depth--;
    try {
      if (depth == 0) {
        gate.leave();
        endBatch();
      }
    } finally {
      if (outermost) {
        loop.eventEnds();
      }
    }
  }

  private void endBatch() {
    if (delivered && !port.isSilent()) {
      dialogue.batchEnd();
    }
    delivered = false;
    if (gate.refused() && state() == State.HANDSHAKE) {
      loop.execute(this::turnAway);
    }
  }

  /** Lets the engine say why, which it does when it next writes, and closes. */
  private void turnAway() {
    if (state() != State.HANDSHAKE) {
      return;
    }
    ending.reject(RejectReason.SECURITY, gate.refusal());
    wire.write();
    shut(DisconnectReason.LOCAL, gate.refusal());
  }

  /** The engine threw: its connection ends, the thread goes on. */
  void threw(Throwable cause) {
    if (state() == State.CLOSED) {
      return;
    }
    LOG.debug("the engine of {} threw", origin.address(), cause);
    ending.because(cause, port.maxMessageBytes());
    shut(ending.reason(), ending.detail(ending.reason()));
  }

  /** The engine is about to write. */
  void writing() {
    feed.asking();
    pulse.wrote(port.nanoTime());
  }

  private void plug() {
    if (state() == State.HANDSHAKE) {
      wire.plug(loop, engineOptions, session, this);
    }
  }

  private void flushNow() {
    State now = state();
    if (now != State.HANDSHAKE && now != State.CLOSED) {
      wire.write();
    }
  }

  private void resumeNow() {
    if (paused && state() != State.CLOSED) {
      paused = false;
      pulse.heard(port.nanoTime());
      wire.read();
    }
  }

  private void finishNow(long nanos) {
    if (state() == State.CLOSED || state() == State.FINISHING) {
      return;
    }
    if (state() != State.UP || nanos <= 0) {
      shut(DisconnectReason.LOCAL, CLOSED_HERE);
      return;
    }
    if (!stage.advance(State.FINISHING)) {
      return;
    }
    if (!port.isClosing()) {
      dialogue.leaving();
    }
    send(Ping.goodbye());
    abortAfter(nanos);
    flushNow();
    if (state() == State.FINISHING) {
      resumeNow();
    }
  }

  /** Everything is written, or nearly: asked once more, the engine shows which. */
  private void nothingLeft() {
    if (feed.emptyAsks() == 1) {
      loop.execute(wire::writeOn);
    } else if (feed.emptyAsks() > 1) {
      halfClosed = true;
      loop.execute(this::sayFarewell);
    }
  }

  private void sayFarewell() {
    if (state() != State.FINISHING) {
      return;
    }
    if (!wire.endOutput()) {
      shut(DisconnectReason.LOCAL, CLOSED_HERE);
    } else if (!dialogue.outputMustArrive()) {
      abortAfter(FAREWELL_NANOS);
    }
  }

  private void abortAfter(long nanos) {
    port.timekeeper().schedule(nanos, () -> abort(DisconnectReason.LOCAL, CLOSED_HERE));
  }

  /** Ends the engine and tells everybody; idempotent. */
  private void shut(DisconnectReason reason, String detail) {
    State before = stage.close();
    if (before != State.CLOSED) {
      wire.end();
      tell(before, reason, detail);
    }
  }

  /** The loop's thread died or stands still, and somebody else ends the connection; any thread. */
  void lost(DisconnectReason reason, String detail) {
    State before = stage.close();
    wire.abandon();
    if (before != State.CLOSED) {
      tell(before, reason, detail);
    }
  }

  private void tell(State before, DisconnectReason reason, String detail) {
    loop.release(this);
    int unsent = outbox.close() + feed.left();
    if (before == State.UP || before == State.FINISHING) {
      port.closed(this, reason, detail, unsent);
    } else {
      port.turnedAway(this, ending.rejection(), detail);
    }
  }

  /** The engine ended by itself. */
  void ended(ErrorReason reason, int errno) {
    wire.forget();
    State before = stage.close();
    if (before == State.CLOSED) {
      return;
    }
    if (before == State.HANDSHAKE && ending.rejection() == null) {
      ending.reject(gate.rejection(reason, errno), gate.detail(reason, errno));
    }
    DisconnectReason why = ending.reason(before == State.FINISHING, reason, errno);
    tell(before, why, ending.detail(why, port.maxMessageBytes()));
  }

  void handshaken() {
    if (stage.advance(State.KNOWN)) {
      introduction.begin(this);
    }
  }

  Session.Next received(Msg frame) {
    State now = state();
    if (now == State.CLOSED) {
      return Session.Next.END;
    }
    if (now == State.FINISHING || port.isSilent() || ending.rejection() != null) {
      return Session.Next.GO_ON;
    }
    met();
    switch (assembler.add(frame)) {
      case WHOLE -> {
        return deliver();
      }
      case PASSED_OVER -> port.multipart();
      case TOO_LARGE -> fail(DisconnectReason.TOO_LARGE, "a frame of " + frame.size() + " bytes");
      case PART -> {}
    }
    return ending.known() ? Session.Next.END : Session.Next.GO_ON;
  }

  private Session.Next deliver() {
    long seen = port.resumes();
    delivered = true;
    loop.stillness().moved();
    boolean more = dialogue.message(assembler.frames(), assembler.count());
    assembler.clear();
    if (ending.known()) {
      return Session.Next.END;
    }
    if (more) {
      return Session.Next.GO_ON;
    }
    paused = true;
    port.paused(this, seen);
    return Session.Next.PAUSE;
  }

  /** {@return the next frame to write, or null} */
  @Nullable Msg next() {
    Msg next = feed.next();
    starving = next == null;
    if (feed.takeRoomAgain()) {
      loop.execute(this::tellRoom);
    }
    if (next == null && state() == State.FINISHING && !halfClosed) {
      nothingLeft();
    }
    return next;
  }

  private void tellRoom() {
    if (state() == State.UP && !port.isSilent()) {
      dialogue.room();
    }
  }
}
