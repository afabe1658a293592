package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.RequesterSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.RequestPort;

/** A requester on the raw wire. */
final class RawRequestPort extends SocketPort implements RequestPort {
  private final RequestPort.Listener listener;

  RawRequestPort(Engine engine, PortContext context, RequestPort.Listener listener) {
    super(engine, SpRole.REQ, context, listener);
    this.listener = listener;
  }

  @Override
  public boolean endsBatches() {
    return true;
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new RequesterSide(session, dialect, listener, counters());
  }
}
