package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.Interests;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.session.SubscriberSide;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.SubscribePort;

/** A subscriber on the raw wire. */
final class RawSubscribePort extends SocketPort implements SubscribePort {
  private final SubscribePort.Listener listener;
  private final Interests interests = new Interests();

  RawSubscribePort(Engine engine, PortContext context, SubscribePort.Listener listener) {
    super(engine, SpRole.SUB, context, listener);
    this.listener = listener;
  }

  @Override
  public void subscribe(byte[] topic) {
    interests.subscribe(topic);
  }

  @Override
  public void unsubscribe(byte[] topic) {
    interests.unsubscribe(topic);
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new SubscriberSide(session, dialect, listener, interests);
  }
}
