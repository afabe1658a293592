package dev.trefoil.zmq;

import dev.trefoil.Assurance;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZeroMQ's wire: {@code zmq://host:port}, for any peer that speaks ZMTP 3, with or without CURVE or
 * PLAIN.
 *
 * <p>Found by {@link java.util.ServiceLoader}: nobody makes one by hand. Any thread may call it;
 * its {@code Messaging} closes it.
 */
public final class ZmqTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(ZmqTransport.class);
  private static final long CLOSE_MILLIS = 800;
  private static final Set<Capability> CAPABILITIES =
      Set.copyOf(
          EnumSet.of(
              Capability.AT_LEAST_ONCE,
              Capability.ERROR_REPLIES,
              Capability.WIRE_DEADLINES,
              Capability.PEER_LOSS,
              Capability.PUBLISHER_FILTER,
              Capability.TOPIC_FRAMES,
              Capability.DROP_OLDEST,
              Capability.BLOCK_PUBLISHER,
              Capability.DISCONNECT_SLOW,
              Capability.HEARTBEATS,
              Capability.GOODBYE));

  private volatile @Nullable Shared shared;

  /** For {@link java.util.ServiceLoader}; does no work. */
  public ZmqTransport() {}

  @Override
  public String name() {
    return "zmq";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("zmq");
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return CAPABILITIES;
  }

  @Override
  public void start(TransportContext context) {
    String label = "trefoil-" + context.label();
    Doorman doorman = new Doorman(label);
    IoThreads threads = new IoThreads(label, context.ioThreads());
    Watchdog watchdog = new Watchdog(context.timekeeper(), threads, doorman);
    shared = new Shared(context.timekeeper(), threads, doorman, watchdog);
    doorman.start();
    watchdog.start();
  }

  Shared shared() {
    Shared started = shared;
    if (started == null) {
      throw new IllegalStateException("the transport was not started, or is closed");
    }
    return started;
  }

  @Override
  public RequestPort openRequest(PortContext context, RequestPort.Listener listener) {
    return new ZmqRequestPort(shared(), context, listener);
  }

  @Override
  public ReplyPort openReply(PortContext context, ReplyPort.Listener listener) {
    return new ZmqReplyPort(shared(), context, listener);
  }

  @Override
  public PublishPort openPublish(PortContext context, PublishPort.Listener listener) {
    return new ZmqPublishPort(shared(), context, listener);
  }

  @Override
  public SubscribePort openSubscribe(PortContext context, SubscribePort.Listener listener) {
    return new ZmqSubscribePort(shared(), context, listener);
  }

  @Override
  public PushPort openPush(PortContext context, PushPort.Listener listener) {
    return acknowledged(context)
        ? new AcknowledgedPushPort(shared(), context, listener)
        : new ZmqPushPort(shared(), context, listener);
  }

  @Override
  public PullPort openPull(PortContext context, PullPort.Listener listener) {
    return acknowledged(context)
        ? new AcknowledgedPullPort(shared(), context, listener)
        : new ZmqPullPort(shared(), context, listener);
  }

  private static boolean acknowledged(PortContext context) {
    return context.options().assurance() == Assurance.AT_LEAST_ONCE;
  }

  @Override
  public void close() {
    Shared started = shared;
    shared = null;
    if (started == null) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    started.watchdog().close();
    try {
      started.doorman().close(CLOSE_MILLIS / 4);
      if (!started.threads().close(CLOSE_MILLIS)) {
        LOG.warn("a thread of JeroMQ did not end within {} ms", CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
