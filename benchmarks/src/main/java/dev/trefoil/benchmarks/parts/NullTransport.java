package dev.trefoil.benchmarks.parts;

import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A transport that takes every pushed message and forgets it, and that hands a puller whatever the
 * benchmark gives it: what is left is the cost of everything above a transport.
 *
 * <p>Used by the benchmark's threads; has none of its own.
 */
final class NullTransport implements Transport {
  static final Endpoint ENDPOINT = Endpoint.of("null", "127.0.0.1", 1);

  private static final AtomicLong PEERS = new AtomicLong();

  private @Nullable TransportContext context;
  private volatile PullPort.@Nullable Listener puller;
  private volatile boolean paused;

  /** The timer that the roles share. */
  Timekeeper timekeeper() {
    return Objects.requireNonNull(context, "no role has been bound or connected").timekeeper();
  }

  /** Whom to hand messages to. */
  PullPort.Listener puller() {
    return Objects.requireNonNull(puller, "no puller has been opened");
  }

  boolean isPaused() {
    return paused;
  }

  void pause() {
    paused = true;
  }

  static Peer newPeer() {
    return new Peer(PEERS.incrementAndGet(), ENDPOINT, "nowhere", "null");
  }

  @Override
  public String name() {
    return "null";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("null");
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return EnumSet.allOf(Capability.class);
  }

  @Override
  public void start(TransportContext started) {
    context = started;
  }

  @Override
  public PushPort openPush(PortContext port, PushPort.Listener listener) {
    return new Push(port, listener);
  }

  @Override
  public PullPort openPull(PortContext port, PullPort.Listener listener) {
    puller = listener;
    return new Pull();
  }

  @Override
  public RequestPort openRequest(PortContext port, RequestPort.Listener listener) {
    throw new UnsupportedOperationException("this transport only pushes and pulls");
  }

  @Override
  public ReplyPort openReply(PortContext port, ReplyPort.Listener listener) {
    throw new UnsupportedOperationException("this transport only pushes and pulls");
  }

  @Override
  public PublishPort openPublish(PortContext port, PublishPort.Listener listener) {
    throw new UnsupportedOperationException("this transport only pushes and pulls");
  }

  @Override
  public SubscribePort openSubscribe(PortContext port, SubscribePort.Listener listener) {
    throw new UnsupportedOperationException("this transport only pushes and pulls");
  }

  @Override
  public void close() {}

  /** A port that is connected to nothing. */
  private abstract static class NullPort implements Port {
    @Override
    public Endpoint bind(Endpoint endpoint) {
      return endpoint;
    }

    @Override
    public void connect(Endpoint endpoint) {}

    @Override
    public boolean unbind(Endpoint endpoint) {
      return false;
    }

    @Override
    public boolean disconnect(Endpoint endpoint) {
      return false;
    }

    @Override
    public int queued() {
      return 0;
    }

    @Override
    public void quiesce() {}

    @Override
    public int close(Duration linger) {
      return 0;
    }
  }

  /** One target, which counts and forgets, as a transport does when it queues. */
  private static final class Push extends NullPort implements PushPort, PushPort.Target {
    private final PortContext port;
    private final PushPort.Listener listener;
    private final Peer peer = newPeer();

    private Push(PortContext port, PushPort.Listener listener) {
      this.port = port;
      this.listener = listener;
    }

    @Override
    public void connect(Endpoint endpoint) {
      listener.peerUp(peer);
      listener.targetUp(this);
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public boolean send(byte[] body) {
      port.metrics().sent(body.length);
      return true;
    }

    @Override
    public boolean send(long number, int attempt, byte[] body) {
      port.metrics().sent(body.length);
      return true;
    }
  }

  private final class Pull extends NullPort implements PullPort {
    @Override
    public void resume() {
      paused = false;
    }
  }
}
