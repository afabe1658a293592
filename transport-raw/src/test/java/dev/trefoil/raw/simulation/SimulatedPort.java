package dev.trefoil.raw.simulation;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.SessionConfig;
import dev.trefoil.raw.session.SessionOwner;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the six ports have in common: plays the part of the engine's port. */
abstract class SimulatedPort implements Port, SessionOwner {
  private final SimulatedNetwork network;
  private final World world;
  private final PortContext context;
  private final SessionConfig config;
  private final Port.Listener listener;
  private final Book book;
  private final Set<Endpoint> bound = new LinkedHashSet<>();
  private final Map<Endpoint, SimulatedDialer> dialers = new LinkedHashMap<>();
  private final Set<SimulatedConnection> connections = new LinkedHashSet<>();
  private final Set<SimulatedConnection> pausedOnes = new LinkedHashSet<>();
  private final Set<Long> everPushed = new HashSet<>();
  private int resumes;
  private boolean crashed;
  private boolean closed;

  SimulatedPort(
      SimulatedTransport transport, SpRole role, PortContext context, Port.Listener listener) {
    this.network = transport.network();
    this.world = network.world();
    this.book = transport.book();
    this.context = context;
    this.config = SessionConfig.of(role, context);
    this.listener = listener;
    book.opened(context.label(), this);
  }

  final SimulatedNetwork network() {
    return network;
  }

  final SessionConfig config() {
    return config;
  }

  final PortContext context() {
    return context;
  }

  @Override
  public final Endpoint bind(Endpoint endpoint) {
    Endpoint at = network.listen(endpoint, this);
    bound.add(at);
    return at;
  }

  @Override
  public final void connect(Endpoint endpoint) {
    if (closed || dialers.containsKey(endpoint)) {
      return;
    }
    SimulatedDialer dialer = new SimulatedDialer(this, endpoint, world, context.options());
    dialers.put(endpoint, dialer);
    dialer.start();
  }

  @Override
  public final boolean unbind(Endpoint endpoint) {
    if (!bound.remove(endpoint)) {
      return false;
    }
    network.unlisten(endpoint);
    long by = world.nanoTime() + context.options().linger().toNanos();
    for (SimulatedConnection each : List.copyOf(connections)) {
      if (each.dialer == null && each.session.endpoint().equals(endpoint)) {
        each.finish("unbound", by);
      }
    }
    return true;
  }

  @Override
  public final boolean disconnect(Endpoint endpoint) {
    SimulatedDialer dialer = dialers.remove(endpoint);
    if (dialer == null) {
      return false;
    }
    SimulatedConnection connection = dialer.stop();
    if (connection != null) {
      connection.finish("disconnected", world.nanoTime() + context.options().linger().toNanos());
    }
    return true;
  }

  @Override
  public final int queued() {
    return connections.stream().mapToInt(SimulatedConnection::unsent).sum();
  }

  @Override
  public final void quiesce() {
    bound.forEach(network::unlisten);
    bound.clear();
    dialers.values().forEach(SimulatedDialer::stop);
    connections.forEach(this::askForLast);
  }

  private void askForLast(SimulatedConnection connection) {
    if (connection.session.isUp()) {
      connection.session.parting().ask("draining");
    } else if (!connection.session.hasBegun()) {
      connection.finish("draining", world.nanoTime());
    }
  }

  @Override
  public final boolean isQuiet() {
    return connections.stream().allMatch(each -> each.session.parting().isQuiet());
  }

  @Override
  public final void quiet() {
    listener.quiet();
  }

  public final void resume() {
    resumes++;
    List<SimulatedConnection> waiting = new ArrayList<>(pausedOnes);
    pausedOnes.clear();
    waiting.forEach(SimulatedConnection::resume);
  }

  /** The process dies: its sockets are closed by the system, whatever they still hold. */
  final void crash() {
    crashed = true;
    bound.forEach(network::unlisten);
    bound.clear();
    dialers.values().forEach(SimulatedDialer::stop);
    connections.forEach(SimulatedConnection::freeze);
  }

  @Override
  public final int close(Duration linger) {
    if (closed) {
      return 0;
    }
    closed = true;
    bound.forEach(network::unlisten);
    bound.clear();
    dialers.values().forEach(SimulatedDialer::stop);
    int left = 0;
    if (!crashed) {
      // Not what the caller says: that is less what the system's clock has counted meanwhile.
      long by = world.nanoTime() + context.options().linger().toNanos();
      List.copyOf(connections).forEach(each -> each.finish("closing", by));
      // The thread of the caller waits here, and the world goes on.
      world.runUntil(connections::isEmpty, by);
      left = queued();
    }
    for (SimulatedConnection each : List.copyOf(connections)) {
      each.end(DisconnectReason.LOCAL, "closed here");
    }
    book.closed(this);
    return left;
  }

  // Called by sessions.

  @Override
  public void up(Session session) {
    SimulatedConnection connection = (SimulatedConnection) session.link();
    if (connection.dialer != null) {
      connection.dialer.up();
    }
    book.up(session.peer(), connection);
    listener.peerUp(session.peer());
  }

  @Override
  public void down(Session session, DisconnectReason reason, String detail) {
    if (reason == DisconnectReason.MALFORMED || reason == DisconnectReason.TOO_LARGE) {
      throw world.broken("a peer of ours sent what is not allowed: " + detail);
    }
    listener.peerDown(session.peer(), reason, detail);
  }

  @Override
  public final void rejected(Session session, RejectReason reason, String detail) {
    if (reason != RejectReason.HANDSHAKE_CLOSED && reason != RejectReason.HANDSHAKE_TIMEOUT) {
      throw world.broken("a peer of ours was turned away: " + detail);
    }
    if (!((SimulatedConnection) session.link()).isFinishing()) {
      listener.rejected(session.endpoint(), session.address(), reason, detail);
    }
  }

  @Override
  public final void heartbeatMissed() {
    context.metrics().heartbeatMissed();
  }

  // Called by connections and dialers.

  /** {@return the numbers of the messages that were written to any puller} */
  final Set<Long> everPushed() {
    return everPushed;
  }

  final int resumes() {
    return resumes;
  }

  final void paused(SimulatedConnection connection) {
    pausedOnes.add(connection);
  }

  final void unpaused(SimulatedConnection connection) {
    pausedOnes.remove(connection);
  }

  final void add(SimulatedConnection connection) {
    connections.add(connection);
  }

  final void ended(SimulatedConnection connection) {
    connections.remove(connection);
    pausedOnes.remove(connection);
    book.ended(connection);
    if (connection.dialer != null) {
      connection.dialer.ended();
    }
  }

  final void connectFailed(Endpoint endpoint, String why) {
    listener.connectFailed(endpoint, why);
  }

  final Set<SimulatedConnection> connections() {
    return connections;
  }
}
