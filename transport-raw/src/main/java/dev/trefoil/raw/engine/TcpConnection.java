package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.session.Link;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.wire.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One socket with its session. Reading, deadlines and the end are the loop's; others ask for what
 * they want of it by {@link #ask}. Writing is the {@link Writer}'s.
 */
final class TcpConnection extends Timed implements Link, Ready, Runnable {
  private static final int READS_IN_A_ROW = 4;

  /** How much is read at once, until it proves too little: what is left at a pause is kept. */
  private static final int LEAST_READ = 16 * 1024;

  private static final long HOUSEKEEPING_NANOS = 10_000_000_000L;
  private static final long FAREWELL_NANOS = 200_000_000L;

  // What other threads ask of the loop.
  static final int WATCH_WRITABLE = 1;
  static final int ANNOUNCE_ROOM = 2;
  private static final int RESUME = 4;
  static final int CLOSE = 8;
  static final int SHUT_DOWN = 16;
  private static final int READ_ON = 32;

  private final SocketPort port;
  private final Loop loop;
  private final Conduit conduit;
  private final Session session;
  private final Writer writer;
  private final @Nullable Dialer dialer;
  private final AtomicInteger asked = new AtomicInteger();

  // What was asked, before it is done by the loop; written once, before asked.
  private volatile DisconnectReason closeReason = DisconnectReason.LOCAL;
  private volatile String closeDetail = "";
  private volatile boolean closeGiven;

  // Confined to the loop.
  private @Nullable SelectionKey key;
  private @Nullable TlsOpening opening;
  private @Nullable Rejection refusal;
  private long startedAt;
  private @Nullable ByteBuffer stash;
  private boolean paused;
  private int readLimit = LEAST_READ;
  private boolean outputShut;
  private boolean discarding;
  private boolean ended;
  private long finishBy = Long.MAX_VALUE;

  TcpConnection(SocketPort port, Loop loop, Conduit conduit, Met met) {
    this.port = port;
    this.loop = loop;
    this.conduit = conduit;
    this.dialer = met.dialer();
    this.session =
        new Session(port.config(), port, met.dialed(), met.endpoint(), met.address(), this);
    this.writer = new Writer(this, port, conduit, session);
  }

  Session session() {
    return session;
  }

  @Nullable Dialer dialer() {
    return dialer;
  }

  /** Starts, with the handshake of TLS if there is one; on the loop. */
  void start() {
    startedAt = port.now();
    if (conduit instanceof TlsConduit secured) {
      opening = new TlsOpening(port, loop, secured, this);
      opening.start();
    } else {
      begin();
    }
  }

  /** Begins the session; on the loop. */
  void begin() {
    opening = null;
    try {
      key = loop.register(conduit.channel(), SelectionKey.OP_READ, this);
    } catch (IOException e) {
      end(DisconnectReason.IO_ERROR, SocketErrors.words(e));
      return;
    }
    session.start(startedAt);
    loop.schedule(this, session.tick(port.now()));
    readOn();
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

  // Reading.

  @Override
  public void ready(int operations) {
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      watch(SelectionKey.OP_WRITE, false);
      writer.writable(loop.writeBuffer());
      readOn();
    }
    if ((operations & SelectionKey.OP_READ) != 0 && !ended) {
      read();
    }
  }

  private void read() {
    ByteBuffer buffer = loop.readBuffer();
    for (int i = 0; i < READS_IN_A_ROW && !ended; i++) {
      buffer.clear().limit(readLimit);
      int count;
      try {
        count = conduit.read(buffer);
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
      if (discarding) {
        continue;
      }
      buffer.flip();
      if (!take(buffer)) {
        return;
      }
      if (count < readLimit) {
        break;
      }
      readLimit = Math.min(2 * readLimit, buffer.capacity());
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
      ask(WATCH_WRITABLE);
    } else if (conduit.hasMore()) {
      ask(READ_ON);
    }
  }

  private void endOfInput() {
    end(
        writer.isFinishing() ? DisconnectReason.LOCAL : DisconnectReason.CLOSED_BY_PEER,
        "the peer closed the connection");
  }

  /** Hands bytes to the session; what it does not take waits in the stash. */
  private boolean take(ByteBuffer bytes) {
    int resumes = port.resumes();
    boolean wasUp = session.isUp();
    long now = port.now();
    boolean goOn = session.received(bytes, now);
    if (!wasUp && session.isUp()) {
      // From the handshake's deadline to the first heartbeat's.
      loop.schedule(this, session.tick(now));
    }
    if (goOn) {
      return true;
    }
    if (ended) {
      return false;
    }
    if (outputShut) {
      discarding = true;
      return true;
    }
    paused = true;
    readLimit = LEAST_READ;
    keep(bytes);
    watch(SelectionKey.OP_READ, false);
    port.paused(this);
    if (port.resumes() != resumes && port.unpaused(this)) {
      // The call to go on came before we were known to wait for it.
      resume();
    }
    return false;
  }

  /** Puts bytes into the stash; bytes from the stash stay there, those behind them too. */
  private void keep(ByteBuffer bytes) {
    if (stash == null) {
      stash = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
  }

  private void resumeOnLoop() {
    if (!paused || ended) {
      return;
    }
    paused = false;
    session.resumed(port.now());
    ByteBuffer rest = stash;
    if (rest != null && !take(rest)) {
      return;
    }
    stash = null;
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

  // Writing: see Writer.

  @Override
  public boolean queued(boolean hurry) {
    return writer.queued(hurry);
  }

  @Override
  public void flush() {
    writer.flush();
  }

  // What others ask of the loop.

  /** Has the loop look at something. Any thread. */
  void ask(int what) {
    if (asked.getAndUpdate(before -> before | what) == 0) {
      loop.execute(this);
    }
  }

  @Override
  public void run() {
    int what = asked.getAndSet(0);
    if (ended) {
      return;
    }
    if ((what & CLOSE) != 0) {
      closeAsked();
    }
    if (!ended && (what & RESUME) != 0) {
      resumeOnLoop();
    }
    if (!ended && (what & WATCH_WRITABLE) != 0) {
      watch(SelectionKey.OP_WRITE, true);
      loop.schedule(this, lookAtProgress());
    }
    if (!ended && (what & ANNOUNCE_ROOM) != 0) {
      session.roomAgain();
    }
    if (!ended && (what & SHUT_DOWN) != 0) {
      shutDownOutput();
    }
    if (!ended && !paused && (what & READ_ON) != 0) {
      read();
    }
  }

  @Override
  public void close(DisconnectReason reason, String detail) {
    if (writer.close()) {
      closeReason = reason;
      closeDetail = detail;
      closeGiven = true;
      ask(CLOSE);
    }
  }

  /** Somebody asked to close, or a write failed. */
  private void closeAsked() {
    if (closeGiven) {
      end(closeReason, closeDetail);
    } else if (writer.isFinishing()) {
      end(DisconnectReason.LOCAL, "closed here");
    } else if (paused && session.unreadIsWorthless()) {
      end(DisconnectReason.RESET, "a write failed");
    }
    // Otherwise what the peer sent before is still here to be read, and the end behind it.
  }

  @Override
  public void resume() {
    ask(RESUME);
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** Sends what is queued, then closes; by a time. Any thread. */
  void finish(String words, long by) {
    session.goodbye(words);
    session.shut();
    loop.execute(() -> finishOnLoop(by));
  }

  private void finishOnLoop(long by) {
    if (ended) {
      return;
    }
    finishBy = by;
    boolean empty = writer.finish();
    if (!session.isUp()) {
      end(DisconnectReason.LOCAL, "closed here");
    } else if (empty) {
      shutDownOutput();
    } else {
      writer.start(loop);
      loop.schedule(this, by);
    }
  }

  private void shutDownOutput() {
    if (outputShut) {
      return;
    }
    outputShut = true;
    finishBy = Math.min(finishBy, port.now() + FAREWELL_NANOS);
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
      stash = null;
    }
    watch(SelectionKey.OP_READ, true);
    readOn();
    loop.schedule(this, finishBy);
  }

  // Time.

  @Override
  long tick(long now) {
    if (ended) {
      return Long.MAX_VALUE;
    }
    if (finishBy != Long.MAX_VALUE && now - finishBy >= 0) {
      end(DisconnectReason.LOCAL, "closed here");
      return Long.MAX_VALUE;
    }
    long next = earlier(session.tick(now), lookAtProgress());
    next = earlier(next, now + HOUSEKEEPING_NANOS);
    return earlier(next, finishBy);
  }

  private static long earlier(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return a == Long.MAX_VALUE ? b : a;
    }
    return a - b < 0 ? a : b;
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
    if (!session.isUp()) {
      writer.lastWords(loop.writeBuffer());
    }
    ended = true;
    writer.close();
    loop.unschedule(this);
    if (opening != null) {
      opening.stop();
    }
    stash = null;
    SocketErrors.closeQuietly(conduit);
    session.ended(reason, detail);
    port.ended(this);
  }
}
