package dev.trefoil.raw.engine;

import java.nio.channels.SelectionKey;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection that the next bytes are likely to come from: the one that the selector named twice
 * in a row, and alone. It is read without asking the selector first, which would cost about as much
 * as the read itself. Where several connections are busy there is no such one. Confined to the
 * loop.
 */
final class Likely {
  /** So often it is read before others get their chance. */
  private static final int MOST_IN_A_ROW = 8;

  /**
   * More bytes than these are part of a stream. Who looks sooner for small messages finds fewer of
   * them, and pays for a look and all that follows each time; with large ones others would wait.
   */
  private static final int MOST_OF_A_FEW = 1024;

  private final ObjIntConsumer<Ready> dispatch;
  private @Nullable Ready connection;
  private @Nullable Ready namedBefore;
  private @Nullable Ready lastRead;
  private int inARow;
  private boolean streams;

  Likely(ObjIntConsumer<Ready> dispatch) {
    this.dispatch = dispatch;
  }

  /** A connection has read so many bytes. */
  void wasRead(Ready which, int count) {
    lastRead = which;
    streams = count > MOST_OF_A_FEW;
  }

  /** {@return whether the selector was asked after the last read without it} */
  boolean askedAll() {
    return inARow == 0;
  }

  /** {@return whether there is such a connection, and it had something, which was dealt with} */
  boolean hadSomething() {
    Ready first = connection;
    if (first == null || streams || inARow == MOST_IN_A_ROW) {
      return false;
    }
    inARow++;
    lastRead = null;
    dispatch.accept(first, SelectionKey.OP_READ);
    // Its end is something too: there may be a deadline now that is earlier than those before.
    return lastRead == first || connection != first;
  }

  /** The selector is asked next. */
  void selects() {
    lastRead = null;
    inARow = 0;
  }

  /** The selector has named so many channels, each of which has had its turn. */
  void selected(int channels) {
    if (channels > 0) {
      Ready alone = channels == 1 ? lastRead : null;
      connection = alone == namedBefore ? alone : null;
      namedBefore = alone;
    }
  }

  /** A connection is read no more. */
  void forget(Ready which) {
    connection = connection == which ? null : connection;
    namedBefore = namedBefore == which ? null : namedBefore;
    lastRead = lastRead == which ? null : lastRead;
  }
}
