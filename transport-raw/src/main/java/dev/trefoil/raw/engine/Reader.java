package dev.trefoil.raw.engine;

import dev.trefoil.raw.session.Session;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The reading half of a connection: chooses where bytes are read to. That is the loop's read
 * buffer, or the rest of a large message's own array. Confined to the connection's loop.
 */
final class Reader {
  /** How much is read at once, until it proves too little: what is left at a pause is kept. */
  private static final int LEAST_READ = 16 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Ready connection;
  private final Loop loop;
  private final Conduit conduit;
  private final Session session;
  private int limit = LEAST_READ;
  private boolean straight;
  private boolean filled;

  Reader(Ready connection, Loop loop, Conduit conduit, Session session) {
    this.connection = connection;
    this.loop = loop;
    this.conduit = conduit;
    this.session = session;
  }

  /**
   * Reads once.
   *
   * @param wanted false if the bytes are for nobody
   * @return as {@link Conduit#read}
   */
  int read(boolean wanted) throws IOException {
    int count = readOnce(wanted);
    if (count > 0 && conduit.readsInVainCheaply()) {
      loop.lookout().wasRead(connection, count);
    }
    return count;
  }

  private int readOnce(boolean wanted) throws IOException {
    ByteBuffer room = wanted ? session.room(conduit.leastStraight()) : null;
    straight = room != null;
    if (room != null) {
      int most = Math.min(room.remaining(), BufferPool.BYTES);
      int count = readStraight(room.limit(room.position() + most));
      filled = count == most;
      return count;
    }
    int count = conduit.read(loop.readBuffer().clear().limit(limit));
    filled = count == limit;
    if (filled) {
      limit = Math.min(2 * limit, BufferPool.BYTES);
    }
    return count;
  }

  /**
   * A socket reads into an array by way of a direct buffer that Java keeps for each thread, as
   * large as it ever was. It takes the loop's instead, which costs the same copy and no memory.
   */
  private int readStraight(ByteBuffer room) throws IOException {
    if (conduit.fillsArrays()) {
      return conduit.read(room);
    }
    ByteBuffer buffer = loop.readBuffer().clear().limit(room.remaining());
    int count = conduit.read(buffer);
    room.put(buffer.flip());
    return count;
  }

  /** {@return what of the bytes last read is to be handed to the session; it has the others} */
  ByteBuffer bytes() {
    return straight ? NOTHING : loop.readBuffer().flip();
  }

  /** {@return whether the last read took all there was room for, so that more may be there} */
  boolean hasMore() {
    return filled;
  }

  /** The connection pauses: it may be slow from now on. */
  void pause() {
    limit = LEAST_READ;
  }
}
