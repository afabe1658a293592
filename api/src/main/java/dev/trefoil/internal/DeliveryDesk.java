package dev.trefoil.internal;

import dev.trefoil.CodecException;
import dev.trefoil.Peer;
import dev.trefoil.internal.Timings.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the handler of a subscriber or a puller. */
final class DeliveryDesk<D> implements Intake.Desk<D> {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryDesk.class);

  private final Intake.Factory<D> factory;
  private final RoleCore role;

  DeliveryDesk(Intake.Factory<D> factory, RoleCore role) {
    this.factory = factory;
    this.role = role;
  }

  @Override
  public D decode(D item) {
    return factory.decode(item);
  }

  @Override
  public Peer from(D item) {
    return factory.from(item);
  }

  @Override
  public boolean hasHandler() {
    return factory.hasHandler();
  }

  @Override
  public Outcome handle(D item, long nowNanos) {
    D decoded;
    try {
      decoded = factory.decode(item);
    } catch (CodecException e) {
      LOG.warn("{}: a message was dropped: {}", role, e.getMessage());
      return Outcome.CODEC;
    }
    try {
      factory.handle(decoded);
      return Outcome.SUCCESS;
    } catch (Exception | Error e) { // a CodecException too: of another role, which it used
      LOG.warn("{}: the handler failed", role, e);
      return Outcome.ERROR;
    }
  }
}
