package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.ReplierSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.ReplyPort;

/** A replier on the raw wire. */
final class RawReplyPort extends SocketPort implements ReplyPort {
  private final ReplyPort.Listener listener;

  RawReplyPort(Engine engine, PortContext context, ReplyPort.Listener listener) {
    super(engine, SpRole.REP, context, listener);
    this.listener = listener;
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new ReplierSide(session, dialect, listener, counters());
  }
}
