package dev.trefoil.internal;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transport as a role uses it: its port and its counters. Each role has a subclass that is the
 * port's listener, called by I/O threads.
 */
abstract class Slot implements Port.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Slot.class);

  final Transport transport;
  final SlotMetrics metrics = new SlotMetrics();
  private final RoleCore role;
  private final MeterHub.Source source =
      new MeterHub.Source(metrics, () -> port().queued() + metrics.waiting.getAsInt());

  Slot(RoleCore role, Transport transport) {
    this.role = role;
    this.transport = transport;
  }

  abstract Port port();

  final PortContext context(long senderId) {
    return new PortContext(role.label(), role.portOptions(), metrics.port, senderId);
  }

  /** This slot as the meters see it. */
  final MeterHub.Source source() {
    return source;
  }

  @Override
  public final void peerUp(Peer peer) {
    metrics.port.connected();
    metrics.peers.incrementAndGet();
    role.peerUp(peer);
  }

  @Override
  public final void peerDown(Peer peer, DisconnectReason reason, String detail) {
    metrics.port.disconnected(reason);
    metrics.peers.decrementAndGet();
    role.peerDown(peer, reason, detail);
  }

  @Override
  public final void rejected(
      Endpoint endpoint, String address, RejectReason reason, String detail) {
    metrics.port.rejected(reason);
    role.noteFailure("rejected by or at " + address + ": " + detail);
    LOG.debug("{}: rejected {} at {}: {} ({})", role, address, endpoint, reason, detail);
    role.tell(listener -> listener.rejected(endpoint, address, reason, detail));
  }

  @Override
  public final void quiet() {
    role.signalIfDraining();
  }

  @Override
  public final void connectFailed(Endpoint endpoint, String why) {
    role.noteFailure("the last attempt to connect to " + endpoint + " failed: " + why);
    role.tell(listener -> listener.connectFailed(endpoint, why));
  }
}
