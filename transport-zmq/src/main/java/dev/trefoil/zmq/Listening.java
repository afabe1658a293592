package dev.trefoil.zmq;

import dev.trefoil.Endpoint;
import dev.trefoil.RejectReason;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bound endpoint of a port. Runs on the doorman's thread. */
final class Listening implements Doorman.Guest {
  private static final Logger LOG = LoggerFactory.getLogger(Listening.class);
  private static final int ACCEPTS_AT_ONCE = 64;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ZmqPort port;
  private final Endpoint endpoint;
  private final ServerSocketChannel channel;

  /** Whether the last attempt failed: said once, since there are ten each second. */
  private boolean troubled;

  Listening(ZmqPort port, Endpoint endpoint, ServerSocketChannel channel) {
    this.port = port;
    this.endpoint = endpoint;
    this.channel = channel;
  }

  void start() {
    port.doorman().execute(this::watch);
  }

  private void watch() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      port.doorman().watch(channel, SelectionKey.OP_ACCEPT, this);
    } catch (IOException e) {
      LOG.error("cannot accept at {}", endpoint, e);
    }
  }

  /** Stops listening; the address is free when this returns. */
  void close(long millis) {
    port.doorman()
        .executeAndWait(
            () -> {
              try {
                channel.close();
              } catch (IOException e) {
                LOG.debug("the listener at {} did not close well", endpoint, e);
              }
            },
            millis);
  }

  @Override
  public void ready(SelectionKey key) {
    try {
      for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        SocketChannel accepted = channel.accept();
        if (accepted == null) {
          return;
        }
        troubled = false;
        admit(accepted);
      }
    } catch (IOException e) {
      if (channel.isOpen()) {
        pause(key, e);
      }
    }
  }

  private void admit(SocketChannel accepted) {
    String address = Sockets.address(accepted);
    try {
      Sockets.tune(accepted, port.context().options().tcp());
    } catch (IOException e) {
      Sockets.closeAfter(accepted, e);
      LOG.debug("{} was gone before it was accepted", address, e);
      return;
    }
    port.accepted(accepted, endpoint, address);
  }

  /** Out of descriptors, most likely: the connection stays in the backlog and is tried again. */
  private void pause(SelectionKey key, IOException cause) {
    key.interestOps(0);
    String why = Sockets.why(cause);
    if (!troubled) {
      troubled = true;
      LOG.warn("cannot accept at {} ({}): trying again until it can", endpoint, why);
    }
    port.rejected(endpoint, "unknown", RejectReason.TOO_MANY, why);
    port.timekeeper().schedule(PAUSE_NANOS, () -> port.doorman().execute(() -> goOn(key)));
  }

  private void goOn(SelectionKey key) {
    if (key.isValid()) {
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }
}
