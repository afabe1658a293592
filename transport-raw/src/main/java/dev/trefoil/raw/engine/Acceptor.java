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

  /** Since when accepting pauses; meaningful while it does. */
  private long pausedAt;

  private boolean pausing;

  Acceptor(SocketPort port, Listening listening, Loop loop) {
    this.port = port;
    this.listening = listening;
    this.endpoint = listening.endpoint();
    this.channel = listening.channel();
    this.loop = loop;
  }

  /** Begins to accept. Any thread. */
  void start() {
    loop.execute(this::register);
  }

  private void register() {
    try {
      if (channel.isOpen()) {
        key = loop.lookout().register(channel, SelectionKey.OP_ACCEPT, this);
      }
    } catch (IOException e) {
      LOG.error("cannot accept at {}; it is tried again", endpoint, e);
      loop.schedule(this, port.now() + PAUSE_NANOS);
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  /** Stops listening. Any thread; {@link #awaitClosed} tells when the address is free again. */
  void close() {
    listening.close();
    loop.execute(
        () -> {
          loop.unschedule(this);
          loop.lookout().purge();
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
        pause(SocketErrors.words(e));
        return;
      }
      if (accepted == null) {
        return;
      }
      goesOn();
      try {
        take(accepted);
      } catch (RuntimeException | Error e) {
        SocketErrors.closeQuietly(accepted);
        throw e;
      }
    }
  }

  /** As when descriptors run out: the connection that waits would have it fail without end. */
  @Override
  public void failed(Throwable why) {
    pause(why.toString());
  }

  @Override
  public void orphaned() {
    register();
  }

  private void pause(String why) {
    if (!channel.isOpen()) {
      return;
    }
    if (!pausing) {
      // Once, however often it is tried again: it may last for hours.
      pausing = true;
      pausedAt = port.now();
      LOG.warn("accepting at {} pauses: {}; whoever connects waits", endpoint, why);
    }
    if (key != null && key.isValid()) {
      key.interestOps(0);
    }
    loop.schedule(this, port.now() + PAUSE_NANOS);
  }

  private void goesOn() {
    if (pausing) {
      pausing = false;
      LOG.info(
          "accepting at {} goes on after {} ms", endpoint, (port.now() - pausedAt) / 1_000_000);
    }
  }

  @Override
  long tick(long now) {
    if (key != null && key.isValid()) {
      key.interestOps(SelectionKey.OP_ACCEPT);
    } else {
      register();
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
      port.listener()
          .rejected(endpoint, address, RejectReason.HANDSHAKE_CLOSED, SocketErrors.words(e));
      return;
    }
    String full = port.noRoom();
    if (full != null) {
      SocketErrors.closeQuietly(accepted);
      port.listener().rejected(endpoint, address, RejectReason.TOO_MANY, full);
      return;
    }
    Loop theirs = port.engine().nextLoop();
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
