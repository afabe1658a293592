package dev.trefoil.internal;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all scripted ports have in common: they note what they are told, and do as they are set. */
public class FakePort implements Port {
  private static final AtomicLong PEERS = new AtomicLong();

  public final PortContext context;
  public final Port.Listener events;
  public final List<Endpoint> bound = new CopyOnWriteArrayList<>();
  public final List<Endpoint> connected = new CopyOnWriteArrayList<>();
  public final AtomicInteger closes = new AtomicInteger();
  public final AtomicInteger resumes = new AtomicInteger();
  public volatile boolean quiesced;
  public volatile int queued;
  public volatile int unsentAtClose;
  public volatile Duration linger;
  public volatile Runnable onBind = () -> {};
  public volatile Runnable onConnect = () -> {};
  public volatile Runnable onClose = () -> {};

  FakePort(PortContext context, Port.Listener events) {
    this.context = context;
    this.events = events;
  }

  /** A new peer, which the role is told of. */
  public Peer peerUp() {
    Peer peer = newPeer();
    events.peerUp(peer);
    return peer;
  }

  /** A new peer that nobody is told of. */
  public static Peer newPeer() {
    long id = PEERS.incrementAndGet();
    return new Peer(id, Endpoint.of("fake://host:7000"), "host:" + (40_000 + id), "fake v1");
  }

  public void peerDown(Peer peer) {
    events.peerDown(peer, DisconnectReason.RESET, "the test said so");
  }

  @Override
  public Endpoint bind(Endpoint endpoint) {
    onBind.run();
    Endpoint at = endpoint.port() == 0 ? endpoint.withPort(4242) : endpoint;
    bound.add(at);
    return at;
  }

  @Override
  public void connect(Endpoint endpoint) {
    onConnect.run();
    connected.add(endpoint);
  }

  @Override
  public boolean unbind(Endpoint endpoint) {
    return bound.remove(endpoint);
  }

  @Override
  public boolean disconnect(Endpoint endpoint) {
    return connected.remove(endpoint);
  }

  @Override
  public int queued() {
    return queued;
  }

  @Override
  public void quiesce() {
    quiesced = true;
  }

  @Override
  public int close(Duration howLong) {
    linger = howLong;
    closes.incrementAndGet();
    onClose.run();
    return unsentAtClose;
  }

  /** For the ports that receive. */
  public void resume() {
    resumes.incrementAndGet();
  }
}
