package dev.trefoil.zmq;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Options;
import zmq.io.SessionBase;

/**
 * A TCP connection with JeroMQ's engine on it. The connection's loop only, but for {@link
 * #abandon}; after the engine is gone every method is a no-op.
 */
final class Wire {
  private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

  private final SocketChannel channel;
  private final String name;
  private @Nullable SafeEngine engine;

  Wire(SocketChannel channel, String name) {
    this.channel = channel;
    this.name = name;
  }

  /** Starts the engine, which may read, answer and end before this returns. */
  void plug(IoLoop loop, Options options, SessionBase session, Connection connection) {
    SafeEngine created = new SafeEngine(channel, options, name, connection);
    engine = created;
    boolean outermost = connection.enter(true);
    try {
      created.plug(loop.ioThread(), session);
    } catch (RuntimeException | AssertionError e) {
      connection.threw(e);
    } finally {
      connection.leave(outermost);
    }
  }

  /**
   * Writes what is there. The second call finds that everything is written and takes the engine off
   * the selector's list at once; otherwise each burst costs one more round of the selector.
   */
  void write() {
    SafeEngine current = engine;
    if (current != null) {
      current.restartOutput();
      writeOn();
    }
  }

  /**
   * The greetings are exchanged: says what this side is before it looks at what the other is, so
   * that of two sides that do not fit both can tell why. First the rest of the greeting, then that.
   */
  void introduce() {
    writeOn();
    writeOn();
  }

  /** Writes what the engine holds and asks for more. */
  void writeOn() {
    SafeEngine current = engine;
    if (current != null) {
      current.outEvent();
    }
  }

  /** Goes on reading after a pause. */
  void read() {
    SafeEngine current = engine;
    if (current != null) {
      current.restartInput();
    }
  }

  /** Tells the peer that nothing more comes; false if it cannot be told. */
  boolean endOutput() {
    try {
      channel.shutdownOutput();
      return true;
    } catch (IOException e) {
      LOG.debug("{} was gone before the end", name, e);
      return false;
    }
  }

  /** Writes what there is, and tells the peer that nothing more comes. */
  void writeAndEnd() {
    write();
    endOutput();
  }

  /** The engine ended by itself. */
  void forget() {
    engine = null;
  }

  /** Ends the engine, and closes the connection. */
  void end() {
    SafeEngine current = engine;
    engine = null;
    if (current != null) {
      try {
        current.terminate();
      } catch (RuntimeException | AssertionError e) {
        LOG.debug("the engine of {} did not end well", name, e);
      }
    }
    abandon();
  }

  /** Closes the connection under an engine that nobody can call any more; any thread. */
  void abandon() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("{} did not close well", name, e);
    }
  }
}
