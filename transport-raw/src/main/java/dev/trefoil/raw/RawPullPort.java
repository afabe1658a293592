package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.PullerSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PullPort;

/** A puller on the raw wire. */
final class RawPullPort extends SocketPort implements PullPort {
  private final PullPort.Listener listener;

  RawPullPort(Engine engine, PortContext context, PullPort.Listener listener) {
    super(engine, SpRole.PULL, context, listener);
    this.listener = listener;
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new PullerSide(session, dialect, listener);
  }
}
