package dev.trefoil.internal;

import dev.trefoil.Assurance;
import dev.trefoil.Codec;
import dev.trefoil.DrainReport;
import dev.trefoil.Options;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A puller's machinery: the intake, and what closing leaves in it.
 *
 * @param <T> the type of the values
 * @param <D> what the user gets
 */
public final class PullCore<T, D> extends RoleCore {
  private static final Logger LOG = LoggerFactory.getLogger(PullCore.class);

  private final Intake.Factory<D> factory;
  private final Intake<D> intake;

  public PullCore(
      MessagingCore messaging, Options options, Codec<T> codec, Intake.Factory<D> factory) {
    super(messaging, RoleKind.PULLER, options);
    Objects.requireNonNull(codec, "codec");
    this.factory = factory;
    this.intake = new Intake<>(this, 1, new DeliveryDesk<>(factory, this), this::resume);
  }

  /** A transport's side of it; called by I/O threads. */
  private final class PullSlot extends Slot implements PullPort.Listener {
    private final PullPort port;

    PullSlot(Transport transport) {
      super(PullCore.this, transport);
      this.port = transport.openPull(context(0), this);
      metrics.waiting = () -> intake.depthOf(metrics);
    }

    @Override
    Port port() {
      return port;
    }

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      return intake.put(factory.pushed(from, body), body.length, metrics);
    }

    @Override
    public int batchLimit() {
      return intake.batchLimit();
    }

    @Override
    public boolean messages(PullPort.Source from, Object[] bodies, int count, long bytes) {
      for (int i = 0; i < count; i++) {
        bodies[i] = factory.pushed(from, (byte[]) bodies[i]);
      }
      return intake.put(bodies, count, bytes, metrics);
    }

    @Override
    public boolean messages(
        PullPort.Source from,
        long first,
        long[] numbers,
        int[] attempts,
        Object[] bodies,
        int count,
        long bytes) {
      for (int i = 0; i < count; i++) {
        bodies[i] = factory.pushed(from, (byte[]) bodies[i], first + i, numbers[i], attempts[i]);
      }
      return intake.put(bodies, count, bytes, metrics);
    }

    @Override
    public boolean message(
        PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
      D delivery = factory.pushed(from, body, sequence, number, attempt);
      return intake.put(delivery, body.length, metrics);
    }

    @Override
    public void batchEnd() {
      intake.batchEnd();
    }
  }

  @Override
  Slot newSlot(Transport transport) {
    return new PullSlot(transport);
  }

  @Override
  List<Capability> required() {
    return options.assurance() == Assurance.AT_LEAST_ONCE
        ? List.of(Capability.AT_LEAST_ONCE)
        : List.of();
  }

  private void resume() {
    slots().forEach(slot -> ((PullPort) slot.port()).resume());
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

  @Override
  void onClose() {
    List<D> rest = intake.close();
    rest.forEach(factory::abandon);
    if (!rest.isEmpty()) {
      LOG.debug("{}: closed with {} messages that nobody took", this, rest.size());
      SlotMetrics first = slots().get(0).metrics;
      first.port.dropped(Drop.CLOSED, rest.size());
    }
  }

  @Override
  DrainReport finish(long deadlineNanos) throws InterruptedException {
    awaitUntil(() -> isQuiet() && intake.unfinished() == 0, deadlineNanos);
    return new DrainReport(0, 0, 0, intake.unfinished());
  }
}
