package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.PusherSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PushPort;

/** A pusher on the raw wire. */
final class RawPushPort extends SocketPort implements PushPort {
  private final PushPort.Listener listener;

  RawPushPort(Engine engine, PortContext context, PushPort.Listener listener) {
    super(engine, SpRole.PUSH, context, listener);
    this.listener = listener;
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new PusherSide(session, dialect, listener, counters());
  }
}
