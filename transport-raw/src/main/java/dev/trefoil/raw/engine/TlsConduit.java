package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.tls.BadFileException;
import dev.trefoil.raw.tls.Security;
import dev.trefoil.raw.tls.TlsErrors;
import dev.trefoil.raw.wire.Rejection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tlschannel.ClientTlsChannel;
import tlschannel.NeedsReadException;
import tlschannel.NeedsTaskException;
import tlschannel.NeedsWriteException;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/**
 * A socket with TLS upon it. A {@link TlsOpening} opens it, and only then does its connection use
 * it.
 *
 * <p>A record that the socket has not wholly taken is worth nothing to the peer, so what is in it
 * counts as not taken until all of it has left: the connection keeps it queued and comes again.
 */
final class TlsConduit implements Conduit {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int ALERTS_IN_A_ROW = 4;

  /** What one record of TLS carries at most. */
  private static final int RECORD_BYTES = 16 * 1024;

  /**
   * So much is encrypted at a time, to be one record: with TLS 1.3 the JDK keeps room for a type
   * and sixteen bytes of padding, and would make a second, tiny record of the rest. While that one
   * cannot leave, the first one has arrived, though its messages still count as unsent.
   */
  private static final int PIECE_BYTES = RECORD_BYTES - 17;

  private final SocketChannel channel;
  private final TlsWire wire;
  private final Security security;
  private final @Nullable Endpoint dialed;

  // Set before the loop first touches it.
  private @Nullable SSLEngine engine;
  private @Nullable TlsChannel tls;

  // Confined to the loop.
  private boolean open;
  private boolean oldVersion;
  private boolean more;
  private @Nullable IOException failedBehindData;

  /** Confined to whoever writes: so many of the bytes offered next are encrypted already. */
  private int held;

  private volatile boolean owes;

  TlsConduit(SocketChannel channel, Security security, @Nullable Endpoint dialed) {
    this.channel = channel;
    this.wire = new TlsWire(channel);
    this.security = security;
    this.dialed = dialed;
  }

  // Opening.

  /** Makes the engine, for which it may read files; not on a loop. */
  void prepare() throws SSLException {
    try {
      SSLContext context = security.context();
      if (dialed == null) {
        SSLEngine made = security.forListener(context);
        engine = made;
        tls =
            ServerTlsChannel.newBuilder(wire, context)
                .withEngineFactory(same -> made)
                .withRunTasks(false)
                .build();
      } else {
        SSLEngine made = security.forDialer(context, dialed.host(), dialed.port());
        engine = made;
        tls = ClientTlsChannel.newBuilder(wire, made).withRunTasks(false).build();
      }
    } catch (BadFileException | RuntimeException e) {
      throw new SSLException(e.getMessage(), e);
    }
  }

  /**
   * Goes on with the handshake; on the loop.
   *
   * @return the operation to wait for, or 0 when it is done
   * @throws NeedsTaskException with something to run elsewhere before the next call
   * @throws EOFException if the peer is gone
   * @throws SSLException if one side refuses the other
   */
  int advance() throws IOException {
    try {
      tls().handshake();
    } catch (NeedsReadException e) {
      return SelectionKey.OP_READ;
    } catch (NeedsWriteException e) {
      return SelectionKey.OP_WRITE;
    } catch (ClosedChannelException e) {
      wire.check();
      throw new EOFException("closed");
    } catch (IllegalStateException e) {
      throw new SSLException(e.getMessage(), e);
    }
    open = true;
    more = true;
    oldVersion = !engine().getSession().getProtocol().equals("TLSv1.3");
    return 0;
  }

  /** {@return why the handshake failed, for people} */
  String openingWords(SSLException e) {
    String words = TlsErrors.words(e);
    return words.equals("the other side speaks no TLS") ? words + wire.guess() : words;
  }

  private TlsChannel tls() throws ClosedChannelException {
    TlsChannel prepared = tls;
    if (prepared == null) {
      throw new ClosedChannelException();
    }
    return prepared;
  }

  private SSLEngine engine() throws ClosedChannelException {
    SSLEngine prepared = engine;
    if (prepared == null) {
      throw new ClosedChannelException();
    }
    return prepared;
  }

  // Reading.

  @Override
  public SocketChannel channel() {
    return channel;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    IOException before = failedBehindData;
    if (before != null) {
      throw before;
    }
    int start = to.position();
    try {
      int count = readAll(to);
      return to.position() > start ? to.position() - start : count;
    } catch (IOException e) {
      if (to.position() == start) {
        throw e;
      }
      failedBehindData = e;
      more = true;
      return to.position() - start;
    }
  }

  /** {@return -1 at the end, else nothing of interest} */
  private int readAll(ByteBuffer to) throws IOException {
    more = true;
    try {
      while (to.hasRemaining()) {
        if (tls().read(to) < 0) {
          return -1;
        }
      }
    } catch (NeedsReadException e) {
      more = false;
    } catch (NeedsWriteException e) {
      owes = true;
    } catch (NeedsTaskException e) {
      throw renegotiation();
    } catch (IllegalStateException e) {
      throw new SSLException(e.getMessage(), e);
    }
    if (oldVersion && isNegotiating()) {
      throw renegotiation();
    }
    return 0;
  }

  private boolean isNegotiating() throws IOException {
    SSLEngine ours = engine();
    return ours.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
        && !ours.isInboundDone()
        && !ours.isOutboundDone();
  }

  /** TLS 1.2 can start anew in mid-connection; nobody needs that, and a writer would spin on it. */
  private IOException renegotiation() throws IOException {
    engine().closeOutbound();
    return new SSLException("the peer wants to renegotiate, which is not done here");
  }

  @Override
  public boolean hasMore() {
    return more;
  }

  @Override
  public boolean owes() {
    return owes;
  }

  @Override
  public int leastStraight() {
    return RECORD_BYTES;
  }

  /** Each read takes a buffer and asks the engine. */
  @Override
  public boolean readsInVainCheaply() {
    return false;
  }

  /** A record that fits is decrypted where it is to stay. */
  @Override
  public boolean fillsArrays() {
    return true;
  }

  // Writing.

  @Override
  public int write(ByteBuffer from) throws IOException {
    int start = from.position();
    int end = from.limit();
    int done = 0;
    try {
      if (held > 0 || !from.hasRemaining()) {
        from.position(start + held).limit(start + held);
        if (!push(from)) {
          return 0;
        }
        done = held;
        held = 0;
        from.limit(end);
      }
      while (from.hasRemaining()) {
        from.limit(Math.min(end, from.position() + PIECE_BYTES));
        if (!push(from)) {
          held = from.position() - start - done;
          return done;
        }
        if (from.hasRemaining()) {
          // TLS has said goodbye, and takes no more.
          throw new ClosedChannelException();
        }
        done = from.position() - start;
        from.limit(end);
      }
    } catch (IOException e) {
      if (done == 0) {
        throw e;
      }
    }
    return done;
  }

  /** Encrypts and writes; {@return whether all that is encrypted has left} */
  private boolean push(ByteBuffer from) throws IOException {
    try {
      tls().write(from);
    } catch (NeedsWriteException e) {
      return false;
    } catch (NeedsReadException | NeedsTaskException e) {
      throw renegotiation();
    } catch (IllegalStateException e) {
      throw new SSLException(e.getMessage(), e);
    }
    wire.check();
    owes = false;
    return true;
  }

  @Override
  public int held() {
    return held;
  }

  @Override
  public void shutdownOutput() throws IOException {
    if (open && !owes && held == 0) {
      engine().closeOutbound();
      sendAlerts();
    }
    channel.shutdownOutput();
  }

  /** Sends what the engine still has to say: its close_notify, or what it refuses the peer for. */
  void sendAlerts() throws IOException {
    SSLEngine ours = engine();
    ByteBuffer out = ByteBuffer.allocate(ours.getSession().getPacketBufferSize());
    for (int i = 0; i < ALERTS_IN_A_ROW; i++) {
      out.clear();
      SSLEngineResult result = ours.wrap(NOTHING.duplicate(), out);
      if (result.bytesProduced() == 0) {
        return;
      }
      channel.write(out.flip());
      if (out.hasRemaining()) {
        return;
      }
    }
  }

  // Failures and the end.

  @Override
  public @Nullable Rejection refusal(IOException e) {
    return e instanceof SSLException
        ? new Rejection(RejectReason.SECURITY, TlsErrors.words(e))
        : null;
  }

  @Override
  public DisconnectReason reason(IOException e) {
    if (e instanceof SSLException) {
      return TlsErrors.isAlert(e) ? DisconnectReason.CLOSED_BY_PEER : DisconnectReason.MALFORMED;
    }
    return SocketErrors.reason(e);
  }

  @Override
  public String words(IOException e) {
    return e instanceof SSLException ? TlsErrors.words(e) : SocketErrors.words(e);
  }

  @Override
  public void close() throws IOException {
    TlsChannel opened = tls;
    if (open && opened != null && held == 0) {
      opened.close();
    } else {
      // No goodbye: it would complete a record whose messages count as unsent; and before the end
      // of
      // the handshake the engine may be busy with a task, and would make us wait.
      channel.close();
    }
  }
}
