package dev.trefoil;

import dev.trefoil.internal.Intake;
import dev.trefoil.spi.PullPort;
import org.jspecify.annotations.Nullable;

/** Lets the machinery below make, decode and settle deliveries without seeing inside them. */
final class Deliveries<T> implements Intake.Factory<Delivery<T>> {
  private final Codec<T> codec;
  private final @Nullable Handler<T> handler;

  private Deliveries(Codec<T> codec, @Nullable Handler<T> handler) {
    this.codec = codec;
    this.handler = handler;
  }

  static <T> Deliveries<T> of(Codec<T> codec, @Nullable Handler<T> handler) {
    return new Deliveries<>(codec, handler);
  }

  @Override
  public Delivery<T> published(Peer from, byte[] topic, byte[] body, long missed) {
    return Delivery.published(from, topic, body, missed);
  }

  @Override
  public Delivery<T> pushed(PullPort.Source from, byte[] body) {
    return Delivery.pushed(from, body);
  }

  @Override
  public Delivery<T> pushed(
      PullPort.Source from, byte[] body, long sequence, long number, int attempt) {
    return Delivery.pushed(from, body, sequence, number, attempt);
  }

  @Override
  public Delivery<T> decode(Delivery<T> delivery) {
    return delivery.decode(codec);
  }

  @Override
  public Peer from(Delivery<T> delivery) {
    return delivery.peer();
  }

  @Override
  public boolean hasHandler() {
    return handler != null;
  }

  @Override
  public void handle(Delivery<T> delivery) throws Exception {
    if (handler == null) {
      throw new IllegalStateException("this role has no handler");
    }
    try {
      handler.handle(delivery);
    } catch (Exception | Error e) {
      delivery.refuse(String.valueOf(e.getMessage() == null ? e : e.getMessage()));
      throw e;
    }
    delivery.acknowledge();
  }

  @Override
  public void abandon(Delivery<T> delivery) {
    delivery.abandon();
  }
}
