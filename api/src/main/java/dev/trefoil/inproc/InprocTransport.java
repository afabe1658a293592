package dev.trefoil.inproc;

import dev.trefoil.ClosedException;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The transport of {@code inproc://name}: roles of one JVM, also of different {@code Messaging},
 * talk to each other through queues.
 *
 * <p>Found by {@link java.util.ServiceLoader}; nobody needs to name it. Names are shared by the
 * whole JVM, as ports are by a machine; {@code inproc://*} binds one that is free. Any thread may
 * call it. Its one thread starts with the first bind or connect that needs it; {@link #close} ends
 * it, and closes the ports that are still open.
 */
public final class InprocTransport implements Transport {
  private static final Set<Capability> CAPABILITIES =
      Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(Capability.HEARTBEATS)));

  private final Set<InprocPort> ports = ConcurrentHashMap.newKeySet();
  private volatile @Nullable TransportContext context;
  private volatile @Nullable InprocLoop loop;
  private volatile boolean closed;

  /** For {@link java.util.ServiceLoader}. */
  public InprocTransport() {}

  @Override
  public String name() {
    return "inproc";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("inproc");
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return CAPABILITIES;
  }

  @Override
  public void start(TransportContext lent) {
    context = lent;
    loop = new InprocLoop(lent);
  }

  InprocLoop loop() {
    InprocLoop started = loop;
    if (started == null) {
      throw new IllegalStateException("start comes before the first port is opened");
    }
    return started;
  }

  Timekeeper timekeeper() {
    TransportContext lent = context;
    if (lent == null) {
      throw new IllegalStateException("start comes before the first port is opened");
    }
    return lent.timekeeper();
  }

  @Override
  public RequestPort openRequest(PortContext context, RequestPort.Listener listener) {
    return opened(new InprocRequestPort(this, context, listener));
  }

  @Override
  public ReplyPort openReply(PortContext context, ReplyPort.Listener listener) {
    return opened(new InprocReplyPort(this, context, listener));
  }

  @Override
  public PublishPort openPublish(PortContext context, PublishPort.Listener listener) {
    return opened(new InprocPublishPort(this, context, listener));
  }

  @Override
  public SubscribePort openSubscribe(PortContext context, SubscribePort.Listener listener) {
    return opened(new InprocSubscribePort(this, context, listener));
  }

  @Override
  public PushPort openPush(PortContext context, PushPort.Listener listener) {
    return opened(new InprocPushPort(this, context, listener));
  }

  @Override
  public PullPort openPull(PortContext context, PullPort.Listener listener) {
    return opened(new InprocPullPort(this, context, listener));
  }

  private <P extends InprocPort> P opened(P port) {
    loop();
    ports.add(port);
    if (closed) {
      port.closeSoon();
      throw new ClosedException("the in-process transport is closed");
    }
    return port;
  }

  /** A port is closed. */
  void forget(InprocPort port) {
    ports.remove(port);
  }

  @Override
  public void close() {
    closed = true;
    InprocLoop started = loop;
    if (started == null) {
      return;
    }
    ports.forEach(InprocPort::closeSoon);
    started.end();
  }
}
