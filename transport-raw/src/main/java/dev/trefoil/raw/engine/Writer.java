package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.raw.session.Outlet;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.spi.SendBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing half of a connection. Whoever comes first writes: a sender, the flusher, or a loop.
 *
 * <p>The outlet's lock guards the queue and the flags {@code writing} (somebody writes; others only
 * append), {@code blocked} (the system takes nothing more; the loop waits for room), {@code dirty}
 * (a loop flushes at the end of its round), {@code handed} (the flusher has it), {@code gathering}
 * (it has it for acknowledgements) and {@code streaming} (it found it written at its last look). No
 * lock is taken under it, and no listener is called under it.
 */
final class Writer implements SendBatch.Member {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /** A sender writes by itself once so much waits. */
  private static final int FLUSH_AT = 64 * 1024;

  /** After so many writes in a row a sender or a loop lets others go on. */
  private static final int WRITES_IN_A_ROW = 16;

  /** What is left for others to leave with, at most; so that the peer has something to do. */
  private static final int BATCH_BYTES = 8 * 1024;

  /** A tail this small means that the burst is over. */
  private static final int CALM_BYTES = 512;

  private final TcpConnection connection;
  private final SocketPort port;
  private final Loop loop;
  private final Conduit conduit;
  private final Session session;
  private final Outlet outlet;
  private final Pace pace;

  // Guarded by the outlet's lock.
  private boolean writing;
  private boolean blocked;
  private boolean dirty;
  private boolean handed;
  private boolean gathering;
  private boolean streaming;
  private boolean broken;
  private boolean wroteSinceLook;
  private boolean finishing;
  private boolean closed;
  private long lastProgress;

  Writer(TcpConnection connection, SocketPort port, Loop loop, Conduit conduit, Session session) {
    this.connection = connection;
    this.port = port;
    this.loop = loop;
    this.conduit = conduit;
    this.session = session;
    this.outlet = session.outlet();
    this.pace = port.pace();
    this.lastProgress = port.now();
  }

  /** As {@link dev.trefoil.raw.session.Link#queued}. */
  boolean queued(boolean hurry, boolean alone) {
    if (closed || writing || blocked || broken || isLeftToLoop()) {
      return false;
    }
    if (outlet.queue().bytes() >= FLUSH_AT || alone || (hurry && isAlone())) {
      writing = true;
      return true;
    }
    handOver();
    return false;
  }

  /** On a loop: it leaves at the end of its round; under the lock. */
  private boolean isLeftToLoop() {
    Loop current = loop.isCallers() ? loop : Loop.current();
    if (current != null && !dirty) {
      dirty = true;
      current.markDirty(this);
    }
    return current != null;
  }

  private boolean isAlone() {
    return !pace.burst() && pace.alone(port.now());
  }

  /** Has the flusher write soon; under the lock. */
  private void handOver() {
    if (!handed) {
      handed = true;
      gathering = false;
      port.engine().flusher().add(this);
    } else if (gathering) {
      gathering = false;
      port.engine().flusher().look();
    }
  }

  /** As {@link dev.trefoil.raw.session.Link#queuedInBatch}. */
  boolean queuedInBatch(int others) {
    SendBatch batch = others <= 0 ? null : SendBatch.current();
    FrameQueue queue = outlet.queue();
    if (batch == null || queue.bytes() >= FLUSH_AT) {
      return queued(true, queue.messages() >= others || queue.bytes() >= BATCH_BYTES);
    }
    if (closed || writing || blocked || broken) {
      return false;
    }
    if (queue.bytes() >= BATCH_BYTES) {
      writing = true;
      return true;
    }
    batch.add(this);
    gather(); // the batch may not end soon
    return false;
  }

  /** The end of the batch in which something was left in the queue. */
  @Override
  public void endBatch() {
    if (beginWrite(false)) {
      flush();
    }
  }

  /** Has the flusher write if nobody else does for a while; under the lock. */
  private void gather() {
    if (!handed) {
      handed = true;
      gathering = true;
      wroteSinceLook = true; // so that the flusher leaves it alone for a while
      port.engine().flusher().add(this);
    }
  }

  /** As {@link dev.trefoil.raw.session.Link#gathered}. */
  boolean gathered(boolean enough) {
    if (closed || writing || blocked || broken || isLeftToLoop()) {
      return false;
    }
    if (enough) {
      writing = true;
      return true;
    }
    gather();
    return false;
  }

  /** As {@link dev.trefoil.raw.session.Link#flush}. */
  void flush() {
    ByteBuffer buffer = BufferPool.takeForWriting();
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
        dirty = false; // what was gathered is not in the queue yet
      } else if (outlet.queue().isEmpty()) {
        return false;
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
   * @return after how many nanoseconds to look again, or 0
   */
  long flushTail() {
    outlet.lock();
    try {
      if (closed || blocked || broken) {
        handed = false;
        return 0;
      }
      if (writing || wroteSinceLook) {
        wroteSinceLook = false;
        return pause();
      }
      streaming = false;
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
        return 0;
      }
      handed = true;
      return Flusher.PAUSE_NANOS;
    } finally {
      outlet.unlock();
    }
  }

  /** When the flusher looks again at what others write; under the lock. */
  private long pause() {
    if (gathering) {
      return Flusher.GATHER_NANOS;
    }
    long pause = streaming ? Flusher.STREAM_NANOS : Flusher.PAUSE_NANOS;
    streaming = true;
    return pause;
  }

  /** The writer's work, from taking the flag {@code writing} to giving it back. */
  private void write(ByteBuffer buffer) {
    try {
      writeOn(buffer);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Something went wrong halfway: the connection ends. Any thread. */
  void failed(Throwable why) {
    LOG.error("writing to a connection failed, which ends it", why);
    connection.close(DisconnectReason.IO_ERROR, "writing failed: " + why);
  }

  private void writeOn(ByteBuffer buffer) {
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
        connection.ask(Wishes.ANNOUNCE_ROOM);
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
      connection.ask(Wishes.CLOSE);
    } else if (blocked) {
      connection.ask(Wishes.WATCH_WRITABLE);
    } else if (!outlet.queue().isEmpty()) {
      handOver();
    } else if (finishing) {
      connection.ask(Wishes.SHUT_DOWN);
    }
  }

  /** The conduit has something of its own to write, once there is room. */
  void block() {
    outlet.lock();
    try {
      blocked = true;
    } finally {
      outlet.unlock();
    }
  }

  /** The system has room again; on the loop. */
  void writable(ByteBuffer buffer) {
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
    write(buffer);
  }

  /** Takes no more; {@return false if that was said before}. */
  boolean close() {
    outlet.lock();
    try {
      boolean first = !closed;
      closed = true;
      return first;
    } finally {
      outlet.unlock();
    }
  }

  /** Closes the connection once everything is written; {@return whether it is already}. */
  boolean finish() {
    outlet.lock();
    try {
      finishing = true;
      session.beforeFill();
      return (outlet.queue().isEmpty() && !writing) || broken;
    } finally {
      outlet.unlock();
    }
  }

  /** Begins to write what is queued, unless somebody does; on the loop. */
  void start(Loop loop) {
    outlet.lock();
    try {
      if (!writing && !blocked && !dirty) {
        dirty = true;
        loop.markDirty(this);
      }
    } finally {
      outlet.unlock();
    }
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

  /** {@return when the peer is lost if it takes nothing until then, or Long.MAX_VALUE} */
  long stallDue() {
    long stall = port.stallNanos();
    outlet.lock();
    try {
      if (outlet.queue().isEmpty()) {
        if (!writing) {
          outlet.queue().trim();
        }
        return Long.MAX_VALUE;
      }
      return blocked && stall > 0 ? lastProgress + stall : Long.MAX_VALUE;
    } finally {
      outlet.unlock();
    }
  }

  /** Somebody turned away may still learn what we are: a few bytes that a new socket takes. */
  void lastWords(ByteBuffer buffer) {
    outlet.lock();
    try {
      if (writing || blocked || broken || outlet.queue().isEmpty()) {
        return;
      }
      buffer.clear();
      outlet.queue().fill(buffer);
      conduit.write(buffer.flip());
    } catch (IOException e) {
      broken = true;
    } finally {
      outlet.unlock();
    }
  }
}
