package dev.trefoil.internal;

import dev.trefoil.Codec;
import dev.trefoil.DrainReport;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A publisher's machinery: each message to the port of each transport in use.
 *
 * @param <T> the type of the values
 */
public final class PublishCore<T> extends RoleCore {
  private final Codec<T> codec;

  /** How long a message may wait for room: not at all, unless the policy is to block. */
  private final long blockNanos;

  private volatile Ports ports = new Ports(new PublishPort[0], new SlotMetrics[0]);

  public PublishCore(MessagingCore messaging, Options options, Codec<T> codec) {
    super(messaging, RoleKind.PUBLISHER, options);
    this.codec = codec;
    this.blockNanos =
        options.overflow() == Overflow.BLOCK
            ? Math.min(options.sendTimeout().toNanos(), Long.MAX_VALUE / 4)
            : 0;
  }

  /** The ports in use and the counters of each, as arrays that are replaced and never changed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Ports(PublishPort[] ports, SlotMetrics[] metrics) {}

  /** A transport's side of it; called by I/O threads. */
  private final class PublishSlot extends Slot implements PublishPort.Listener {
    private final PublishPort port;

    PublishSlot(Transport transport) {
      super(PublishCore.this, transport);
      this.port = transport.openPublish(context(0), this);
    }

    @Override
    Port port() {
      return port;
    }

    @Override
    public void subscriptionsChanged() {
      signalChange();
    }
  }

  @Override
  Slot newSlot(Transport transport) {
    return new PublishSlot(transport);
  }

  @Override
  void onSlotsChanged(List<Slot> all) {
    ports =
        new Ports(
            all.stream().map(slot -> (PublishPort) slot.port()).toArray(PublishPort[]::new),
            all.stream().map(slot -> slot.metrics).toArray(SlotMetrics[]::new));
  }

  @Override
  List<Capability> required() {
    return switch (options.overflow()) {
      case BLOCK -> List.of(Capability.BLOCK_PUBLISHER);
      case DISCONNECT -> List.of(Capability.DISCONNECT_SLOW);
      case DROP_OLDEST -> List.of(Capability.DROP_OLDEST);
      case DROP_NEWEST -> List.of();
    };
  }

  public int publish(String topic, T value) throws InterruptedException {
    byte[] name = Check.topic(bytes(topic));
    byte[] body = Guard.encode(codec, value, options.maxMessageBytes());
    if ((long) name.length + body.length > options.maxMessageBytes()) {
      throw new MessageTooLargeException(
          (long) name.length + body.length, options.maxMessageBytes());
    }
    checkOpen();
    boolean block = blockNanos > 0;
    Ports now = ports;
    // One deadline for all ports, so that several of them do not add up. One needs no clock.
    long began = block && now.ports.length > 1 ? System.nanoTime() : 0;
    int count = 0;
    for (int i = 0; i < now.ports.length; i++) {
      long wait = blockNanos;
      if (i > 0 && block) {
        wait = Math.max(0, blockNanos - (System.nanoTime() - began));
      }
      int queued = now.ports[i].publish(name, body, wait);
      if (queued > 0) {
        now.metrics[i].port.sent(queued, body.length);
        count += queued;
      }
    }
    return count;
  }

  public int subscribers(String topic) {
    byte[] name = bytes(topic);
    int count = 0;
    for (PublishPort port : ports.ports) {
      count += port.subscribers(name);
    }
    return count;
  }

  public boolean awaitSubscribers(String topic, int count, Duration timeout)
      throws InterruptedException {
    Check.notNegative(count, "count");
    long deadline = deadline(timeout);
    lock.lockInterruptibly();
    try {
      while (subscribers(topic) < count) {
        checkOpen();
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        Conditions.awaitOnce(changed, left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static byte[] bytes(String topic) {
    return Objects.requireNonNull(topic, "a topic must not be null")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void onClose() {
    // Nobody waits here but in awaitSubscribers, which the change of state wakes.
  }

  @Override
  DrainReport finish(long deadlineNanos) {
    return DrainReport.CLEAN; // what is queued is sent while the ports close
  }
}
