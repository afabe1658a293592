package dev.trefoil.zmq;

import dev.trefoil.Endpoint;
import dev.trefoil.TcpOptions;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.support.Backoff;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One connected endpoint of a port: keeps one connection, for as long as it is not cancelled (E4).
 * Each round resolves the name anew and tries every address in turn; between rounds it backs off.
 *
 * <p>The fields are the doorman's thread's; {@link #start}, {@link #ended}, {@link #held} and
 * {@link #cancel} may be called by any thread.
 */
final class Dialing implements Doorman.Guest {
  private final ZmqPort port;
  private final Endpoint endpoint;
  private final TcpOptions options;
  private final Backoff backoff;
  private final ArrayDeque<InetAddress> addresses = new ArrayDeque<>();
  private @Nullable SocketChannel channel;
  private Timekeeper.@Nullable Timeout timeout;
  private String problem = "";
  private volatile boolean cancelled;

  Dialing(ZmqPort port, Endpoint endpoint) {
    this.port = port;
    this.endpoint = endpoint;
    dev.trefoil.Options role = port.context().options();
    this.options = role.tcp();
    this.backoff =
        new Backoff(role.reconnectMin(), role.reconnectMax(), ThreadLocalRandom.current());
  }

  void start() {
    port.doorman().execute(this::round);
  }

  /** The connection passed its handshake. */
  void held() {
    port.doorman().execute(backoff::reset);
  }

  /** The connection ended: another round, after a pause. */
  void ended() {
    port.doorman().execute(this::later);
  }

  /** Stops trying; what is connected is not touched. */
  void cancel() {
    cancelled = true;
    port.doorman().execute(this::forget);
  }

  private void round() {
    if (cancelled) {
      return;
    }
    addresses.clear();
    problem = "";
    if (!port.doorman().resolve(this::resolve)) {
      roundFailed("too many names wait to be looked up");
    }
  }

  /** On a thread where it may block. */
  private void resolve() {
    try {
      String host = endpoint.host().equals("*") ? "localhost" : endpoint.host();
      List<InetAddress> found = List.of(InetAddress.getAllByName(host));
      port.doorman().execute(() -> dial(found));
    } catch (UnknownHostException e) {
      port.doorman().execute(() -> roundFailed("the host name is not known"));
    }
  }

  private void dial(List<InetAddress> found) {
    addresses.addAll(found);
    next();
  }

  private void next() {
    if (cancelled) {
      return;
    }
    InetAddress address = addresses.poll();
    if (address == null) {
      roundFailed(problem);
      return;
    }
    SocketChannel opened = null;
    try {
      opened = SocketChannel.open();
      Sockets.tune(opened, options);
      channel = opened;
      if (opened.connect(new InetSocketAddress(address, endpoint.port()))) {
        connected(opened);
        return;
      }
      port.doorman().watch(opened, SelectionKey.OP_CONNECT, this);
      SocketChannel waiting = opened;
      timeout =
          port.timekeeper()
              .schedule(
                  options.connectTimeout().toNanos(),
                  () -> port.doorman().execute(() -> timedOut(waiting)));
    } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
      Sockets.closeAfter(opened, e);
      failed(Sockets.why(e));
    }
  }

  private void timedOut(SocketChannel waiting) {
    if (channel == waiting) {
      failed("no answer within " + options.connectTimeout().toMillis() + " ms");
    }
  }

  @Override
  public void ready(SelectionKey key) {
    SocketChannel current = channel;
    if (current == null || key.channel() != current) {
      key.cancel();
      return;
    }
    try {
      if (current.finishConnect()) {
        connected(current);
      }
    } catch (IOException e) {
      failed(Sockets.why(e));
    }
  }

  private void connected(SocketChannel current) {
    stopTimeout();
    channel = null;
    port.doorman().unwatch(current);
    port.doorman().execute(() -> port.dialed(current, endpoint, this));
  }

  private void failed(String why) {
    stopTimeout();
    problem = why;
    dropChannel();
    next();
  }

  private void roundFailed(String why) {
    if (cancelled) {
      return;
    }
    port.connectFailed(endpoint, why);
    later();
  }

  private void later() {
    if (!cancelled) {
      port.timekeeper().schedule(backoff.nextNanos(), this::start);
    }
  }

  private void forget() {
    stopTimeout();
    dropChannel();
  }

  private void dropChannel() {
    SocketChannel current = channel;
    channel = null;
    if (current != null) {
      Sockets.closeAfter(current, new IOException("not needed"));
    }
  }

  private void stopTimeout() {
    Timekeeper.Timeout current = timeout;
    timeout = null;
    if (current != null) {
      current.cancel();
    }
  }
}
