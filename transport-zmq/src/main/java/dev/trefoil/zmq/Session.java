package dev.trefoil.zmq;

import org.jspecify.annotations.Nullable;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.io.IOThread;
import zmq.io.SessionBase;
import zmq.io.StreamEngine.ErrorReason;
import zmq.io.net.Address;
import zmq.io.net.NetProtocol;

/**
 * Stands where JeroMQ expects the session of a socket: answers what an engine asks. No pipe, no
 * socket and no command of JeroMQ is behind it, only a {@link Connection}.
 *
 * <p>The connection's loop only.
 */
final class Session extends SessionBase {
  /** What the engine does after a frame. */
  enum Next {
    GO_ON,
    PAUSE,
    END
  }

  private final Connection connection;
  private final Gate gate;
  private boolean replay;

  Session(
      IOThread thread, SocketBase witness, zmq.Options options, Connection connection, Gate gate) {
    super(thread, false, witness, options, new Address(NetProtocol.tcp, ""));
    this.connection = connection;
    this.gate = gate;
  }

  /**
   * A frame came, or the handshake ended. Refusing makes the engine stop reading and, when it goes
   * on, give the last frame once more: by then it is taken, so that one is not looked at. With
   * CURVE JeroMQ gives its encrypted form then, which a pipe would take for a message.
   */
  @Override
  protected boolean pushMsg(Msg frame) {
    if (replay) {
      replay = false;
      return true;
    }
    if (frame.isIdentity()) {
      connection.handshaken();
      return true;
    }
    if (frame.isCommand()) {
      connection.command(frame);
      return true;
    }
    if (frame.isCredential()) {
      return true;
    }
    switch (connection.received(frame)) {
      case GO_ON -> {
        return true;
      }
      case PAUSE -> {
        replay = true;
        errno.set(ZError.EAGAIN);
        return false;
      }
      case END -> {
        errno.set(ZError.EPROTO);
        return false;
      }
    }
    return true;
  }

  @Override
  protected @Nullable Msg pullMsg() {
    return connection.next();
  }

  @Override
  public void flush() {
    // Messages were handed over as they came.
  }

  @Override
  public void engineError(boolean handshaked, ErrorReason reason) {
    connection.ended(reason, errno.get());
  }

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
  public boolean writeZapMsg(Msg frame) {
    gate.write(frame);
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
    return connection.origin().endpoint().toString();
  }

  @Override
  public String toString() {
    return "session with " + connection.origin().address();
  }
}
