package dev.trefoil.raw.engine;

import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Rejection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tlschannel.NeedsTaskException;

/**
 * The TLS handshake of a connection, before its session begins. Confined to the connection's loop;
 * what takes long, such as the key exchange, runs on a thread of the {@link Workers}, while the
 * socket is left alone.
 */
final class TlsOpening extends Timed implements Ready {
  private static final Logger LOG = LoggerFactory.getLogger(TlsOpening.class);

  private final SocketPort port;
  private final Loop loop;
  private final TlsConduit conduit;
  private final TcpConnection connection;
  private @Nullable SelectionKey key;
  private boolean over;

  TlsOpening(SocketPort port, Loop loop, TlsConduit conduit, TcpConnection connection) {
    this.port = port;
    this.loop = loop;
    this.conduit = conduit;
    this.connection = connection;
  }

  void start() {
    try {
      // With no interest yet; a dialer's in being connected must end.
      key = loop.lookout().register(conduit.channel(), 0, this);
    } catch (IOException e) {
      refuse(RejectReason.HANDSHAKE_CLOSED, SocketErrors.words(e));
      return;
    }
    loop.schedule(this, port.now() + port.config().handshakeNanos());
    elsewhere(
        () -> {
          conduit.prepare();
          return null;
        });
  }

  /** The connection has ended; nothing is to be done any more. */
  void stop() {
    over = true;
    loop.unschedule(this);
  }

  private void elsewhere(Callable<@Nullable Void> task) {
    try {
      port.engine().workers().execute(() -> runAndReturn(task));
    } catch (RejectedExecutionException e) {
      refuse(RejectReason.TOO_MANY, "too many TLS handshakes wait for their turn");
    }
  }

  private void runAndReturn(Callable<@Nullable Void> task) {
    SSLException failure = null;
    try {
      task.call();
    } catch (SSLException e) {
      failure = e;
    } catch (Exception e) {
      failure = new SSLException(e.getMessage(), e);
    }
    SSLException failed = failure;
    loop.execute(
        () -> {
          if (over) {
            return;
          }
          if (failed == null) {
            advance();
          } else {
            LOG.warn("a TLS handshake cannot begin: {}", conduit.openingWords(failed));
            refuse(RejectReason.SECURITY, conduit.openingWords(failed));
          }
        });
  }

  @Override
  public void ready(int operations) {
    if (!over) {
      advance();
    }
  }

  @Override
  public void failed(Throwable why) {
    if (!over) {
      refuse(RejectReason.HANDSHAKE_CLOSED, "the TLS handshake failed: " + why);
    } else {
      connection.failed(why); // it had begun
    }
  }

  @Override
  public void orphaned() {
    if (!over) {
      refuse(RejectReason.HANDSHAKE_CLOSED, Ending.ORPHANED.detail());
    }
  }

  private void advance() {
    try {
      int wanted = conduit.advance();
      if (wanted == 0) {
        stop();
        connection.begin();
      } else {
        watch(wanted);
      }
    } catch (NeedsTaskException e) {
      watch(0);
      Runnable task = e.getTask();
      elsewhere(
          () -> {
            task.run();
            return null;
          });
    } catch (EOFException e) {
      refuse(
          RejectReason.HANDSHAKE_CLOSED,
          "it closed during the TLS handshake; perhaps it speaks no TLS");
    } catch (SSLException e) {
      sayWhy();
      refuse(RejectReason.SECURITY, conduit.openingWords(e));
    } catch (IOException e) {
      refuse(
          RejectReason.HANDSHAKE_CLOSED,
          SocketErrors.words(e) + " during the TLS handshake; perhaps it speaks no TLS");
    }
  }

  private void sayWhy() {
    try {
      conduit.sendAlerts();
    } catch (IOException e) {
      LOG.debug("the peer could not be told why it is refused", e);
    }
  }

  private void watch(int operations) {
    if (key != null && key.isValid()) {
      key.interestOps(operations);
    }
  }

  @Override
  long tick(long now) {
    if (!over) {
      refuse(RejectReason.HANDSHAKE_TIMEOUT, "the TLS handshake was not done in time");
    }
    return Long.MAX_VALUE;
  }

  private void refuse(RejectReason reason, String detail) {
    stop();
    connection.refuse(new Rejection(reason, detail));
  }
}
