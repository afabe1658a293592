package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.session.Link;
import dev.trefoil.raw.session.Outlet;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One socket with its session. Reading, deadlines and the end are the loop's; writing is done by
 * whoever comes first: a sender, the flusher, or the loop.
 *
 * <p>Locks: the outlet's guards the queue and the flags {@code writing} (somebody writes; others
 * only append), {@code blocked} (the system takes nothing more; the loop waits for room), {@code
 * dirty} (the loop flushes at the end of its round) and {@code handed} (the flusher has it). No
 * lock is taken under it, and no listener is called under it.
 */
final class TcpConnection extends Timed implements Link, Ready, Runnable {
  /** A sender writes by itself once so much waits. */
  private static final int FLUSH_AT = 64 * 1024;

  /** After so many writes in a row a sender or a loop lets others go on. */
  private static final int WRITES_IN_A_ROW = 16;

  private static final int READS_IN_A_ROW = 4;

  /** How much is read at once, until it proves too little: what is left at a pause is kept. */
  private static final int LEAST_READ = 16 * 1024;

  /** A tail this small means that the burst is over. */
  private static final int CALM_BYTES = 512;

  private static final long HOUSEKEEPING_NANOS = 10_000_000_000L;
  private static final long FAREWELL_NANOS = 200_000_000L;

  // What other threads ask of the loop.
  private static final int WATCH_WRITABLE = 1;
  private static final int ANNOUNCE_ROOM = 2;
  private static final int RESUME = 4;
  private static final int CLOSE = 8;
  private static final int SHUT_DOWN = 16;
  private static final int READ_ON = 32;

  private final SocketPort port;
  private final Loop loop;
  private final Conduit conduit;
  private final Session session;
  private final Outlet outlet;
  private final Pace pace;
  private final @Nullable Dialer dialer;
  private final AtomicInteger asked = new AtomicInteger();

  // Guarded by the outlet's lock.
  private boolean writing;
  private boolean blocked;
  private boolean dirty;
  private boolean handed;
  private boolean broken;
  private boolean wroteSinceLook;
  private boolean finishing;
  private boolean closed;
  private long lastProgress;
  private DisconnectReason closeReason = DisconnectReason.LOCAL;
  private String closeDetail = "";

  // Confined to the loop.
  private @Nullable SelectionKey key;
  private @Nullable TlsOpening opening;
  private @Nullable Rejection refusal;
  private @Nullable ByteBuffer stash;
  private boolean paused;
  private int readLimit = LEAST_READ;
  private boolean outputShut;
  private boolean discarding;
  private boolean ended;
  private long startedAt;
  private long finishBy = Long.MAX_VALUE;

  TcpConnection(SocketPort port, Loop loop, Conduit conduit, Met met) {
    this.port = port;
    this.loop = loop;
    this.conduit = conduit;
    this.dialer = met.dialer();
    this.session =
        new Session(port.config(), port, met.dialed(), met.endpoint(), met.address(), this);
    this.outlet = session.outlet();
    this.pace = port.pace();
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
    lastProgress = port.now();
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
      writable();
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

  /** Has what the conduit holds read in the next round, since no selector tells of it. */
  private void readOn() {
    if (ended) {
      return;
    }
    if (conduit.owes()) {
      outlet.lock();
      try {
        blocked = true;
      } finally {
        outlet.unlock();
      }
      ask(WATCH_WRITABLE);
    } else if (conduit.hasMore()) {
      ask(READ_ON);
    }
  }

  private void endOfInput() {
    boolean wasOurs;
    outlet.lock();
    try {
      wasOurs = finishing;
    } finally {
      outlet.unlock();
    }
    end(
        wasOurs ? DisconnectReason.LOCAL : DisconnectReason.CLOSED_BY_PEER,
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

  // Writing.

  @Override
  public boolean queued(boolean hurry) {
    if (closed || writing || blocked || broken) {
      return false;
    }
    Loop current = Loop.current();
    if (current != null) {
      if (!dirty) {
        dirty = true;
        current.markDirty(this);
      }
      return false;
    }
    if (outlet.queue().bytes() >= FLUSH_AT || (hurry && !pace.burst() && pace.alone(port.now()))) {
      writing = true;
      return true;
    }
    if (!handed) {
      handed = true;
      port.flusher().add(this);
    }
    return false;
  }

  @Override
  public void flush() {
    ByteBuffer buffer = BufferPool.take();
    try {
      write(buffer);
    } finally {
      BufferPool.give(buffer);
    }
  }

  /** What was queued on a loop's thread in this round leaves; on that loop. */
  void flushOnLoop(Loop current) {
    if (beginWrite(true)) {
      write(current.writeBuffer());
    }
  }

  private boolean beginWrite(boolean onLoop) {
    outlet.lock();
    try {
      if (onLoop) {
        dirty = false;
      }
      if (closed || writing || blocked || broken) {
        return false;
      }
      writing = true;
      return true;
    } finally {
      outlet.unlock();
    }
  }

  /**
   * Writes the end of a burst; on the flusher.
   *
   * @return whether to look again in a moment
   */
  boolean flushTail() {
    outlet.lock();
    try {
      if (closed || blocked || broken) {
        handed = false;
        return false;
      }
      if (writing || wroteSinceLook) {
        wroteSinceLook = false;
        return true;
      }
      if (outlet.queue().bytes() <= CALM_BYTES) {
        pace.calm();
      }
      handed = false;
      writing = true;
    } finally {
      outlet.unlock();
    }
    flush();
    outlet.lock();
    try {
      wroteSinceLook = false;
      if (handed || closed || outlet.queue().isEmpty()) {
        return false;
      }
      handed = true;
      return true;
    } finally {
      outlet.unlock();
    }
  }

  /** The writer's work, from taking the flag {@code writing} to giving it back. */
  private void write(ByteBuffer buffer) {
    outlet.lock();
    try {
      for (int i = 0; copied(buffer); i++) {
        int wanted = buffer.remaining();
        int done;
        outlet.unlock();
        try {
          done = conduit.write(buffer);
        } catch (IOException e) {
          done = -1;
        } finally {
          outlet.lock();
        }
        if (!wrote(done, wanted) || i >= WRITES_IN_A_ROW) {
          break;
        }
      }
      writing = false;
      afterWrite();
    } finally {
      outlet.unlock();
    }
  }

  private boolean copied(ByteBuffer buffer) {
    if (closed) {
      return false;
    }
    session.beforeFill();
    buffer.clear();
    outlet.queue().fill(buffer);
    buffer.flip();
    return buffer.hasRemaining() || conduit.owes();
  }

  /** {@return whether to go on} */
  private boolean wrote(int done, int wanted) {
    if (done < 0) {
      // The reader finds out why, once it has read what is still there.
      broken = true;
      return false;
    }
    FrameQueue queue = outlet.queue();
    if (done > 0) {
      queue.written(done);
      queue.claim(conduit.held());
      lastProgress = port.now();
      pace.wrote(lastProgress);
      wroteSinceLook = true;
      if (outlet.roomToAnnounce()) {
        ask(ANNOUNCE_ROOM);
      }
    }
    if (done < wanted || conduit.owes()) {
      blocked = true;
      return false;
    }
    return !closed && (queue.bytes() >= FLUSH_AT || (!pace.burst() && !queue.isEmpty()));
  }

  private void afterWrite() {
    if (closed) {
      return;
    }
    session.beforeFill();
    if (broken) {
      ask(CLOSE);
    } else if (blocked) {
      ask(WATCH_WRITABLE);
    } else if (!outlet.queue().isEmpty()) {
      if (!handed) {
        handed = true;
        port.flusher().add(this);
      }
    } else if (finishing) {
      ask(SHUT_DOWN);
    }
  }

  private void writable() {
    outlet.lock();
    try {
      blocked = false;
      if (closed || writing || broken) {
        return;
      }
      writing = true;
    } finally {
      outlet.unlock();
    }
    watch(SelectionKey.OP_WRITE, false);
    write(loop.writeBuffer());
    if (!paused) {
      readOn();
    }
  }

  // What others ask of the loop.

  private void ask(int what) {
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
    outlet.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      closeReason = reason;
      closeDetail = detail;
    } finally {
      outlet.unlock();
    }
    ask(CLOSE);
  }

  private void closeAsked() {
    boolean asGiven;
    outlet.lock();
    try {
      asGiven = closed;
      if (!closed && paused && !session.unreadIsWorthless() && !finishing) {
        // The peer is gone, but what it sent before is still here to be read.
        return;
      }
    } finally {
      outlet.unlock();
    }
    if (asGiven) {
      end(closeReason, closeDetail);
    } else if (paused || finishing) {
      end(finishing ? DisconnectReason.LOCAL : DisconnectReason.RESET, "a write failed");
    }
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
    boolean empty;
    outlet.lock();
    try {
      finishing = true;
      session.beforeFill();
      empty = (outlet.queue().isEmpty() && !writing) || broken;
      if (!empty && !writing && !blocked && !dirty) {
        dirty = true;
        loop.markDirty(this);
      }
    } finally {
      outlet.unlock();
    }
    if (!session.isUp()) {
      end(DisconnectReason.LOCAL, "closed here");
    } else if (empty) {
      shutDownOutput();
    } else {
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
    long stall = port.stallNanos();
    long due = Long.MAX_VALUE;
    boolean stalled = false;
    outlet.lock();
    try {
      if (outlet.queue().isEmpty()) {
        if (!writing) {
          outlet.queue().trim();
        }
      } else if (blocked && stall > 0) {
        due = lastProgress + stall;
        stalled = port.now() - due >= 0;
      }
    } finally {
      outlet.unlock();
    }
    if (stalled) {
      close(DisconnectReason.STALLED, "it took nothing for " + stall / 1_000_000 + " ms");
      return Long.MAX_VALUE;
    }
    return due;
  }

  /** {@return whether this side closes the connection} */
  boolean isFinishing() {
    outlet.lock();
    try {
      return finishing;
    } finally {
      outlet.unlock();
    }
  }

  /** {@return how many messages are not written} */
  int unsent() {
    outlet.lock();
    try {
      return outlet.queue().messages();
    } finally {
      outlet.unlock();
    }
  }

  /** Closes the socket and tells everybody; on the loop. */
  void end(DisconnectReason reason, String detail) {
    if (ended) {
      return;
    }
    if (!session.isUp()) {
      lastWords();
    }
    ended = true;
    outlet.lock();
    try {
      closed = true;
    } finally {
      outlet.unlock();
    }
    loop.unschedule(this);
    if (opening != null) {
      opening.stop();
    }
    stash = null;
    SocketErrors.closeQuietly(conduit);
    session.ended(reason, detail);
    port.ended(this);
  }

  /** Somebody turned away may still learn what we are: a few bytes that a new socket takes. */
  private void lastWords() {
    outlet.lock();
    try {
      if (writing || blocked || broken || outlet.queue().isEmpty()) {
        return;
      }
      ByteBuffer buffer = loop.writeBuffer().clear();
      outlet.queue().fill(buffer);
      conduit.write(buffer.flip());
    } catch (IOException e) {
      broken = true;
    } finally {
      outlet.unlock();
    }
  }
}
