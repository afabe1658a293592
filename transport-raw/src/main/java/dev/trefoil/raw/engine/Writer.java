package dev.trefoil.raw.engine;

import dev.trefoil.raw.session.Outlet;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.wire.FrameQueue;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The writing half of a connection. Whoever comes first writes: a sender, the flusher, or a loop.
 *
 * <p>The outlet's lock guards the queue and the flags {@code writing} (somebody writes; others only
 * append), {@code blocked} (the system takes nothing more; the loop waits for room), {@code dirty}
 * (a loop flushes at the end of its round) and {@code handed} (the flusher has it). No lock is
 * taken under it, and no listener is called under it.
 */
final class Writer {
  /** A sender writes by itself once so much waits. */
  private static final int FLUSH_AT = 64 * 1024;

  /** After so many writes in a row a sender or a loop lets others go on. */
  private static final int WRITES_IN_A_ROW = 16;

  /** A tail this small means that the burst is over. */
  private static final int CALM_BYTES = 512;

  private final TcpConnection connection;
  private final SocketPort port;
  private final Conduit conduit;
  private final Session session;
  private final Outlet outlet;
  private final Pace pace;

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

  Writer(TcpConnection connection, SocketPort port, Conduit conduit, Session session) {
    this.connection = connection;
    this.port = port;
    this.conduit = conduit;
    this.session = session;
    this.outlet = session.outlet();
    this.pace = port.pace();
    this.lastProgress = port.now();
  }

  /** As {@link dev.trefoil.raw.session.Link#queued}. */
  boolean queued(boolean hurry) {
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

  /** As {@link dev.trefoil.raw.session.Link#flush}. */
  void flush() {
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
        connection.ask(TcpConnection.ANNOUNCE_ROOM);
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
      connection.ask(TcpConnection.CLOSE);
    } else if (blocked) {
      connection.ask(TcpConnection.WATCH_WRITABLE);
    } else if (!outlet.queue().isEmpty()) {
      if (!handed) {
        handed = true;
        port.flusher().add(this);
      }
    } else if (finishing) {
      connection.ask(TcpConnection.SHUT_DOWN);
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
