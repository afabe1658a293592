package dev.trefoil.internal;

import dev.trefoil.Codec;
import dev.trefoil.DrainReport;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscriber's machinery: the set of topics, told to every port, and the intake.
 *
 * <p>The role's {@code lock} guards {@code topics}; ports are told in the order of changes, with it
 * held, so that none ends up with another set than the role's.
 *
 * @param <T> the type of the values
 * @param <D> what the user gets
 */
public final class SubscribeCore<T, D> extends RoleCore {
  private static final Logger LOG = LoggerFactory.getLogger(SubscribeCore.class);

  private final Intake.Factory<D> factory;
  private final Intake<D> intake;
  private final Set<String> topics = new LinkedHashSet<>();

  public SubscribeCore(
      MessagingCore messaging, Options options, Codec<T> codec, Intake.Factory<D> factory) {
    super(messaging, RoleKind.SUBSCRIBER, options);
    Objects.requireNonNull(codec, "codec");
    this.factory = factory;
    this.intake = new Intake<>(this, 1, new DeliveryDesk<>(factory, this), this::resume);
  }

  /** A transport's side of it; called by I/O threads. */
  private final class SubscribeSlot extends Slot implements SubscribePort.Listener {
    private final SubscribePort port;

    SubscribeSlot(Transport transport) {
      super(SubscribeCore.this, transport);
      this.port = transport.openSubscribe(context(0), this);
      metrics.waiting = () -> intake.depthOf(metrics);
    }

    @Override
    Port port() {
      return port;
    }

    @Override
    public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
      return intake.put(factory.published(from, topic, body, missed), body.length, metrics);
    }

    @Override
    public void batchEnd() {
      intake.batchEnd();
    }
  }

  @Override
  Slot newSlot(Transport transport) {
    SubscribeSlot slot = new SubscribeSlot(transport);
    topics.forEach(topic -> slot.port.subscribe(bytes(topic)));
    return slot;
  }

  @Override
  List<Capability> required() {
    return List.of();
  }

  private void resume() {
    slots().forEach(slot -> ((SubscribePort) slot.port()).resume());
  }

  public void subscribe(String topic) {
    Objects.requireNonNull(topic, "a topic must not be null: the empty one is for everything");
    Check.topic(bytes(topic));
    lock.lock();
    try {
      checkOpen();
      if (topics.add(topic)) {
        slots().forEach(slot -> ((SubscribePort) slot.port()).subscribe(bytes(topic)));
      }
    } finally {
      lock.unlock();
    }
  }

  public boolean unsubscribe(String topic) {
    Objects.requireNonNull(topic, "a topic must not be null: the empty one is for everything");
    lock.lock();
    try {
      if (!topics.remove(topic)) {
        return false;
      }
      slots().forEach(slot -> ((SubscribePort) slot.port()).unsubscribe(bytes(topic)));
      return true;
    } finally {
      lock.unlock();
    }
  }

  public D receive() throws InterruptedException {
    return intake.receive();
  }

  public @Nullable D receive(Duration timeout) throws InterruptedException {
    return intake.receive(timeout);
  }

  public Flow.Publisher<D> flow() {
    return intake.flow();
  }

  private static byte[] bytes(String topic) {
    return topic.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void onClose() {
    int left = intake.close().size();
    if (left > 0) {
      LOG.debug("{}: closed with {} messages that nobody took", this, left);
      slots().stream().findFirst().ifPresent(s -> s.metrics.port.dropped(Drop.CLOSED, left));
    }
  }

  @Override
  DrainReport finish(long deadlineNanos) throws InterruptedException {
    awaitUntil(() -> intake.unfinished() == 0, deadlineNanos);
    return new DrainReport(0, 0, 0, intake.unfinished());
  }
}
