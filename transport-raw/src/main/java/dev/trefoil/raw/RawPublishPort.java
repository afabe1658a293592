package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.engine.SocketPort;
import dev.trefoil.raw.session.Audience;
import dev.trefoil.raw.session.PublisherSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PublishPort;

/** A publisher on the raw wire. */
final class RawPublishPort extends SocketPort implements PublishPort {
  private final Audience audience;

  RawPublishPort(Engine engine, PortContext context, PublishPort.Listener listener) {
    super(engine, SpRole.PUB, context, listener);
    this.audience =
        new Audience(context.options().overflow(), context.metrics(), listener, this::now);
  }

  @Override
  public int publish(byte[] topic, byte[] body, long timeoutNanos) throws InterruptedException {
    return audience.publish(topic, body, mayWait() ? timeoutNanos : 0);
  }

  @Override
  public int subscribers(byte[] topic) {
    return audience.subscribers(topic);
  }

  @Override
  public Side side(Session session, Dialect dialect) {
    return new PublisherSide(session, dialect, audience);
  }
}
