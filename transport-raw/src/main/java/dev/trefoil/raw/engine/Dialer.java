package dev.trefoil.raw.engine;

import dev.trefoil.Endpoint;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.spi.support.Backoff;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one endpoint connected: resolves its name, tries each address in turn, and after a pause
 * starts anew, for as long as it is not stopped. Confined to its loop, but {@link #start} and
 * {@link #stop}.
 */
final class Dialer extends Timed implements Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);

  private final SocketPort port;
  private final Endpoint endpoint;
  private final Dialect dialect;
  private final Loop loop;
  private final Backoff backoff;

  private boolean stopped;
  private SocketAddress[] addresses = {};
  private int next;
  private String failures = "";
  private @Nullable SocketChannel attempt;
  private String attemptAddress = "";
  private @Nullable TcpConnection connection;
  private boolean wasUp;
  private boolean resting;

  Dialer(SocketPort port, Endpoint endpoint, Dialect dialect, Loop loop, Backoff backoff) {
    this.port = port;
    this.endpoint = endpoint;
    this.dialect = dialect;
    this.loop = loop;
    this.backoff = backoff;
  }

  /** Begins. Any thread. */
  void start() {
    execute(this::resolve);
  }

  private void execute(Runnable step) {
    loop.execute(() -> goOn(step));
  }

  /** Takes a step; whatever it throws, the dialer goes on after a pause. On the loop. */
  private void goOn(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) { // without descriptors, even loading a class fails
      LOG.error("a step of connecting to {} failed", endpoint, e);
      failed(e);
    }
  }

  /** Stops trying and closes the connection, if there is one, by a time. Any thread. */
  void stop(long by) {
    loop.execute(
        () -> {
          stopped = true;
          loop.unschedule(this);
          abandonAttempt();
          if (connection != null) {
            connection.finish("disconnected", by);
          } else {
            port.dialerEnded(this);
          }
        });
  }

  /** Tries no more, but keeps the connection if there is one. Any thread. */
  void settle() {
    loop.execute(
        () -> {
          stopped = true;
          loop.unschedule(this);
          abandonAttempt();
          if (connection == null) {
            port.dialerEnded(this);
          }
        });
  }

  private void resolve() {
    if (stopped) {
      return;
    }
    failures = "";
    if (UnixSockets.isUnix(endpoint)) {
      tryAll(UnixSockets.address(endpoint));
      return;
    }
    port.engine()
        .resolver()
        .resolve(
            endpoint.host(),
            new Resolver.Answer() {
              @Override
              public void addresses(InetAddress[] found) {
                SocketAddress[] all = new SocketAddress[found.length];
                for (int i = 0; i < found.length; i++) {
                  all[i] = new InetSocketAddress(found[i], endpoint.port());
                }
                execute(() -> tryAll(all));
              }

              @Override
              public void failed(UnknownHostException why) {
                execute(() -> rest(SocketErrors.words(why)));
              }
            });
  }

  private void tryAll(SocketAddress... found) {
    addresses = found;
    next = 0;
    tryNext();
  }

  private void tryNext() {
    if (stopped) {
      return;
    }
    if (next >= addresses.length) {
      rest(failures);
      return;
    }
    SocketAddress address = addresses[next++];
    attemptAddress = SocketErrors.address(address);
    SocketChannel channel = null;
    try {
      channel =
          address instanceof UnixDomainSocketAddress
              ? SocketChannel.open(StandardProtocolFamily.UNIX)
              : SocketChannel.open();
      Sockets.configure(channel, port.tcp());
      if (channel.connect(address)) {
        connected(channel);
        return;
      }
      attempt = channel;
      loop.lookout().register(channel, SelectionKey.OP_CONNECT, this);
      loop.schedule(this, port.now() + port.tcp().connectTimeout().toNanos());
    } catch (IOException | RuntimeException | Error e) {
      attempt = null;
      if (channel != null) {
        SocketErrors.closeQuietly(channel);
      }
      failed(SocketErrors.words(e));
    }
  }

  @Override
  public void ready(int operations) {
    SocketChannel channel = attempt;
    if (channel == null || (operations & SelectionKey.OP_CONNECT) == 0) {
      return;
    }
    try {
      if (!channel.finishConnect()) {
        return;
      }
      loop.unschedule(this);
      connected(channel);
    } catch (IOException e) {
      abandonAttempt();
      failed(SocketErrors.words(e));
    }
  }

  @Override
  public void failed(Throwable why) {
    TcpConnection made = connection;
    if (made != null) {
      made.failed(why);
    } else if (!stopped) {
      abandonAttempt();
      pause(); // first: what follows may fail as well
      port.listener().connectFailed(endpoint, why.toString());
    }
  }

  @Override
  public void orphaned() {
    if (attempt != null) {
      abandonAttempt();
      failed(Ending.ORPHANED.detail());
    }
  }

  private void connected(SocketChannel channel) {
    TcpConnection made =
        new TcpConnection(
            port,
            loop,
            port.conduits().over(channel, endpoint, true),
            new Met(endpoint, attemptAddress, dialect, this));
    connection = made;
    attempt = null;
    wasUp = false;
    if (port.add(made)) {
      made.start();
    } else {
      SocketErrors.closeQuietly(channel);
      connection = null;
      stopped = true;
    }
  }

  @Override
  long tick(long now) {
    if (attempt != null) {
      abandonAttempt();
      failed("timed out");
    } else if (resting) {
      resting = false;
      resolve();
    }
    return Long.MAX_VALUE;
  }

  private void abandonAttempt() {
    SocketChannel channel = attempt;
    attempt = null;
    loop.unschedule(this);
    if (channel != null) {
      SocketErrors.closeQuietly(channel);
    }
  }

  private void failed(String why) {
    String one = addresses.length > 1 ? attemptAddress + ": " + why : why;
    failures = failures.isEmpty() ? one : failures + "; " + one;
    tryNext();
  }

  private void rest(String why) {
    if (stopped) {
      return;
    }
    port.listener().connectFailed(endpoint, why);
    pause();
  }

  private void pause() {
    resting = true;
    loop.schedule(this, port.now() + backoff.nextNanos());
  }

  /** The connection finished its handshake. */
  void up() {
    wasUp = true;
    backoff.reset();
  }

  /** The connection is gone. */
  void ended() {
    connection = null;
    goOn(this::afterwards);
  }

  private void afterwards() {
    if (stopped) {
      port.dialerEnded(this);
    } else if (!wasUp && next < addresses.length) {
      // Somebody else lives at this address; the name has more of them.
      tryNext();
    } else {
      pause();
    }
  }
}
