package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.session.Link;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.spi.Helm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * One socket with its session. Reading, deadlines and the end are the loop's; others ask for what
 * they want of it by {@link #ask}. Writing is the {@link Writer}'s.
 */
final class TcpConnection extends Timed implements Link, Ready, Runnable {
  private static final int READS_IN_A_ROW = 4;
  private static final long HOUSEKEEPING_NANOS = 10_000_000_000L;

  private final SocketPort port;
  private final Loop loop;
  private final Conduit conduit;
  private final Session session;
  private final Reader reader;
  private final Writer writer;
  private final @Nullable Dialer dialer;
  private final Wishes wishes = new Wishes();

  /** Why somebody asked to close; written before that is asked. */
  private volatile @Nullable Ending given;

  // Confined to the loop.
  private @Nullable SelectionKey key;
  private @Nullable TlsOpening opening;
  private @Nullable Rejection refusal;
  private long startedAt;
  private final Stash stash;
  private boolean paused;
  private boolean discarding;
  private boolean writeFailed;
  private boolean ended;
  private final Farewell farewell = new Farewell();

  TcpConnection(SocketPort port, Loop loop, Conduit conduit, Met met) {
    this.port = port;
    this.loop = loop;
    this.conduit = conduit;
    this.dialer = met.dialer();
    this.stash = new Stash(this, loop, conduit, port.config().heartbeatNanos(), port.now());
    this.session =
        new Session(port.config(), port, met.dialed(), met.endpoint(), met.address(), this);
    this.reader = new Reader(this, loop, conduit, session);
    this.writer = new Writer(this, port, loop, conduit, session);
  }

  Session session() {
    return session;
  }

  @Nullable Dialer dialer() {
    return dialer;
  }

  @Override
  public Helm helm() {
    return loop.helm();
  }

  /** Starts, with the handshake of TLS if there is one; on the loop. */
  void start() {
    startedAt = port.now();
    try {
      if (conduit instanceof TlsConduit secured) {
        opening = new TlsOpening(port, loop, secured, this);
        opening.start();
      } else {
        begin();
      }
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Begins the session; on the loop. */
  void begin() {
    opening = null;
    try {
      key = loop.lookout().register(conduit.channel(), SelectionKey.OP_READ, this);
      session.start(startedAt);
      loop.schedule(this, session.tick(port.now()));
      readOn();
    } catch (IOException e) {
      end(DisconnectReason.IO_ERROR, SocketErrors.words(e));
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Turns the peer away before its session has begun; on the loop. */
  void refuse(Rejection why) {
    refusal = why;
    end(DisconnectReason.LOCAL, why.detail());
  }

  /** {@return why the peer was turned away below the session, or null} */
  @Nullable Rejection refusal() {
    return refusal;
  }

  @Override
  public void ready(int operations) {
    if ((operations & SelectionKey.OP_CONNECT) != 0 && paused && !ended) {
      gone(Ending.GIVEN_UP);
    }
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      watch(SelectionKey.OP_WRITE, false);
      writer.writable(loop.writeBuffer());
      readOn();
    }
    if ((operations & SelectionKey.OP_READ) != 0 && !ended && !paused) {
      read();
    }
  }

  @Override
  public void orphaned() {
    end(Ending.ORPHANED.reason(), Ending.ORPHANED.detail());
  }

  private void read() {
    for (int i = 0; i < READS_IN_A_ROW && !ended; i++) {
      int count;
      try {
        count = reader.read(!discarding);
      } catch (IOException e) {
        refusal = session.isUp() ? null : conduit.refusal(e);
        end(conduit.reason(e), conduit.words(e));
        return;
      }
      if (count < 0) {
        endOfInput();
        return;
      }
      if (count == 0) {
        break;
      }
      if (!discarding && !take(reader.bytes())) {
        return;
      }
      if (!reader.hasMore() || loop.isLent()) {
        break; // who waits has something to do with what came, before there is more
      }
    }
    readOn();
  }

  /** Sees to what the conduit holds back, of which no selector tells. */
  private void readOn() {
    if (ended || paused) {
      return;
    }
    if (conduit.owes()) {
      writer.block();
      ask(Wishes.WATCH_WRITABLE);
    } else if (conduit.hasMore()) {
      ask(Wishes.READ_ON);
    }
  }

  private void endOfInput() {
    Ending how = writer.isFinishing() ? Ending.HERE : Ending.BY_PEER;
    end(how.reason(), Ending.BY_PEER.detail());
  }

  @Override
  public void failed(Throwable why) {
    end(DisconnectReason.IO_ERROR, "an event of it failed: " + why);
  }

  /** Hands bytes to the session; what it does not take waits in the stash. */
  private boolean take(ByteBuffer bytes) {
    int ends = port.pauses().ends();
    port.heard(loop);
    boolean wasUp = session.isUp();
    long now = port.now();
    boolean goOn = session.received(bytes, now);
    if (!wasUp && session.isUp()) {
      // From the handshake's deadline to the first heartbeat's.
      loop.schedule(this, rounded(session.tick(now), now));
    }
    if (goOn || ended) {
      return goOn;
    }
    if (farewell.isSaid()) {
      discarding = true;
      return true;
    }
    paused = true;
    reader.pause();
    stash.keep(bytes);
    watch(SelectionKey.OP_READ, false);
    loop.schedule(this, earlier(stash.nextLook(now), session.tick(now)));
    port.pauses().add(this);
    if (port.pauses().ends() != ends && port.pauses().remove(this)) {
      // The call to go on came before we were known to wait for it.
      resume();
    }
    return false;
  }

  private void resumeOnLoop() {
    if (!paused || ended) {
      return;
    }
    paused = false;
    session.resumed(port.now());
    loop.schedule(this, session.tick(port.now()));
    ByteBuffer rest = stash.kept();
    if (rest != null && !take(rest)) {
      return;
    }
    stash.clear();
    watch(SelectionKey.OP_READ, true);
    readOn();
  }

  private void watch(int operation, boolean on) {
    SelectionKey registered = key;
    if (registered != null && registered.isValid()) {
      int operations = registered.interestOps();
      registered.interestOps(on ? operations | operation : operations & ~operation);
    }
  }

  @Override
  public boolean queued(boolean hurry) {
    return writer.queued(hurry, false);
  }

  @Override
  public boolean queuedInBatch(int others) {
    return writer.queuedInBatch(others);
  }

  @Override
  public boolean gathered(boolean enough) {
    return writer.gathered(enough);
  }

  @Override
  public void flush() {
    writer.flush();
  }

  /** Has the loop look at something. Any thread. */
  void ask(int what) {
    if (wishes.add(what)) {
      loop.execute(this);
    }
  }

  @Override
  public void run() {
    int what = wishes.take();
    if (ended) {
      return;
    }
    if ((what & Wishes.CLOSE) != 0) {
      closeAsked();
    }
    if (!ended && (what & Wishes.RESUME) != 0) {
      resumeOnLoop();
    }
    if (!ended && (what & Wishes.WATCH_WRITABLE) != 0) {
      watch(SelectionKey.OP_WRITE, true);
      loop.schedule(this, lookAtProgress());
    }
    if (!ended && (what & Wishes.ANNOUNCE_ROOM) != 0) {
      session.roomAgain();
    }
    if (!ended && (what & Wishes.SHUT_DOWN) != 0) {
      shutDownOutput();
    }
    if (!ended && !paused && (what & Wishes.READ_ON) != 0) {
      read();
    }
  }

  @Override
  public void close(DisconnectReason reason, String detail) {
    if (writer.close()) {
      given = new Ending(reason, detail);
      ask(Wishes.CLOSE);
    }
  }

  /** Somebody asked to close, or a write failed. */
  private void closeAsked() {
    Ending asked = given;
    if (asked != null) {
      end(asked.reason(), asked.detail());
    } else if (writer.isFinishing()) {
      end(DisconnectReason.LOCAL, "closed here");
    } else {
      // What the peer sent before is still here to be read, and the end behind it.
      writeFailed = true;
      if (paused) {
        lookAhead();
      }
    }
  }

  /** A connection that pauses is read a little further now and then, to notice its end. */
  private void lookAhead() {
    Ending seen = stash.lookAhead(port.now(), writeFailed);
    if (seen != null) {
      gone(seen);
    }
  }

  /** The peer is gone, while we do not read. */
  private void gone(Ending seen) {
    if (writer.isFinishing()) {
      end(DisconnectReason.LOCAL, "closed here");
    } else if (session.unreadIsWorthless()) {
      end(seen.reason(), seen.detail());
    } else {
      // What came before is worth something: it is handed on still, when there is room.
      session.lost(seen.reason(), seen.detail());
    }
  }

  @Override
  public void resume() {
    ask(Wishes.RESUME);
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** Sends what is queued, then closes; by a time. Any thread. */
  void finish(String words, long by) {
    session.parting().goodbye(words);
    session.shut();
    loop.execute(() -> finishOnLoop(by));
  }

  private void finishOnLoop(long by) {
    if (ended) {
      return;
    }
    // Whoever asks again gives no more time: the farewell may have begun.
    farewell.noLaterThan(by);
    boolean empty = writer.finish();
    if (!session.isUp()) {
      end(DisconnectReason.LOCAL, "closed here");
    } else if (empty) {
      shutDownOutput();
    } else {
      writer.start(loop);
      loop.schedule(this, farewell.due());
    }
  }

  private void shutDownOutput() {
    if (farewell.isSaid()) {
      return;
    }
    farewell.say(port.now(), session.outputMustArrive());
    try {
      conduit.shutdownOutput();
    } catch (IOException e) {
      end(DisconnectReason.LOCAL, "closed here");
      return;
    }
    if (paused) {
      // Nobody wants the rest any more, but its end shows that the peer has read ours.
      discarding = true;
      paused = false;
      stash.clear();
    }
    watch(SelectionKey.OP_READ, true);
    readOn();
    loop.schedule(this, farewell.due());
  }

  @Override
  long tick(long now) {
    if (paused && !ended && stash.isDue(now)) {
      lookAhead();
    }
    if (ended) {
      return Long.MAX_VALUE;
    }
    if (farewell.isOver(now)) {
      end(DisconnectReason.LOCAL, "closed here");
      return Long.MAX_VALUE;
    }
    long next = paused ? stash.nextLook(now) : now + HOUSEKEEPING_NANOS;
    long heartbeat = farewell.isSaid() ? Long.MAX_VALUE : session.tick(now);
    return earlier(
        earlier(rounded(earlier(heartbeat, next), now), lookAtProgress()), farewell.due());
  }

  /** Loses a peer that takes nothing for too long; {@return when to look again}. */
  private long lookAtProgress() {
    long due = writer.stallDue();
    if (due == Long.MAX_VALUE || port.now() - due < 0) {
      return due;
    }
    close(DisconnectReason.STALLED, "it took nothing for " + port.stallNanos() / 1_000_000 + " ms");
    return Long.MAX_VALUE;
  }

  /** {@return the writing half} */
  Writer writer() {
    return writer;
  }

  /** Closes the socket and tells everybody; on the loop. */
  void end(DisconnectReason reason, String detail) {
    if (ended) {
      return;
    }
    ended = true;
    try {
      if (!session.isUp()) {
        writer.lastWords(loop.writeBuffer());
      }
      writer.close();
      loop.unschedule(this);
      if (opening != null) {
        opening.stop();
      }
      stash.end(port.now());
      if (reason == DisconnectReason.LOCAL && session.isUp() && !paused) {
        farewell.readTheRest(conduit, loop.readBuffer());
      }
      SocketErrors.closeQuietly(conduit);
      loop.lookout().forget(key, this);
      session.ended(reason, detail);
    } finally {
      port.ended(this);
    }
  }
}
