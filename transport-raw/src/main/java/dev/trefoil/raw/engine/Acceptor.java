package dev.trefoil.raw.engine;

import dev.trefoil.Endpoint;
import dev.trefoil.RejectReason;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts at one endpoint. When descriptors run out it stops for a moment, since the waiting
 * connection would make the loop spin, and tries again. Confined to its loop, but {@link #start}
 * and {@link #close}.
 */
final class Acceptor extends Timed implements Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final int ACCEPTS_IN_A_ROW = 64;
  private static final long PAUSE_NANOS = 100_000_000L;
  private static final long CLOSE_MILLIS = 1000;

  private final SocketPort port;
  private final Listening listening;
  private final Endpoint endpoint;
  private final ServerSocketChannel channel;
  private final Loop loop;
  private final CountDownLatch freed = new CountDownLatch(1);
  private @Nullable SelectionKey key;

  Acceptor(SocketPort port, Listening listening, Loop loop) {
    this.port = port;
    this.listening = listening;
    this.endpoint = listening.endpoint();
    this.channel = listening.channel();
    this.loop = loop;
  }

  /** Begins to accept. Any thread. */
  void start() {
    loop.execute(
        () -> {
          try {
            if (channel.isOpen()) {
              key = loop.register(channel, SelectionKey.OP_ACCEPT, this);
            }
          } catch (IOException e) {
            LOG.error("cannot accept at {}", endpoint, e);
          }
        });
  }

  /** Stops listening. Any thread; {@link #awaitClosed} tells when the address is free again. */
  void close() {
    listening.close();
    loop.execute(
        () -> {
          loop.unschedule(this);
          loop.purge();
          freed.countDown();
        });
  }

  /** Waits until the system has let go of the address, which takes a round of the loop. */
  void awaitClosed() throws InterruptedException {
    if (Loop.current() == null) {
      boolean done = freed.await(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      if (!done) {
        LOG.warn("{} is closed, but its loop has not confirmed it", endpoint);
      }
    }
  }

  @Override
  public void ready(int operations) {
    for (int i = 0; i < ACCEPTS_IN_A_ROW; i++) {
      SocketChannel accepted;
      try {
        accepted = channel.accept();
      } catch (IOException e) {
        pause(e);
        return;
      }
      if (accepted == null) {
        return;
      }
      take(accepted);
    }
  }

  private void pause(IOException why) {
    if (!channel.isOpen()) {
      return;
    }
    LOG.warn("accepting at {} pauses: {}", endpoint, SocketErrors.words(why));
    if (key != null && key.isValid()) {
      key.interestOps(0);
      loop.schedule(this, port.now() + PAUSE_NANOS);
    }
  }

  @Override
  long tick(long now) {
    if (key != null && key.isValid()) {
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
    return Long.MAX_VALUE;
  }

  private void take(SocketChannel accepted) {
    String address = "";
    try {
      address =
          listening.file() == null
              ? SocketErrors.address(accepted.getRemoteAddress())
              : endpoint.name();
      Sockets.configure(accepted, port.tcp());
    } catch (IOException e) {
      SocketErrors.closeQuietly(accepted);
      port.turnedAway(endpoint, address, RejectReason.HANDSHAKE_CLOSED, SocketErrors.words(e));
      return;
    }
    String full = port.noRoom();
    if (full != null) {
      SocketErrors.closeQuietly(accepted);
      port.turnedAway(endpoint, address, RejectReason.TOO_MANY, full);
      return;
    }
    Loop theirs = port.nextLoop();
    TcpConnection connection =
        new TcpConnection(
            port,
            theirs,
            port.conduits().over(accepted, endpoint, false),
            new Met(endpoint, address, null, null));
    if (!port.add(connection)) {
      SocketErrors.closeQuietly(accepted);
      return;
    }
    if (theirs == loop) {
      connection.start();
    } else {
      theirs.execute(connection::start);
    }
  }
}
