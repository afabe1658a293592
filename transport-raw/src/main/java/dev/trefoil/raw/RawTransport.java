package dev.trefoil.raw;

import dev.trefoil.raw.engine.Engine;
import dev.trefoil.raw.wire.AheadBudget;
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
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The raw wire: length-prefixed frames over plain TCP. {@code raw://} speaks our own protocol to
 * other Trefoil programs, {@code sp://} speaks plain SP to nanomsg, nng and mangos; a listener on
 * either takes both. {@code raw+tls://} and {@code sp+tls://} are the same inside TLS, see {@link
 * Tls}; {@code raw+unix:///path} is the same between processes of one machine.
 *
 * <p>Found by {@link java.util.ServiceLoader}; nobody needs to name it. Any thread may call it. Its
 * threads start with the first port and end with {@link #close}.
 */
public final class RawTransport implements Transport {
  private static final Set<String> SCHEMES = Set.of("raw", "raw+tls", "raw+unix", "sp", "sp+tls");
  private static final Set<Capability> OURS = Set.of(Capability.values());
  private static final Set<Capability> PLAIN_SP =
      Set.copyOf(
          EnumSet.complementOf(
              EnumSet.of(
                  Capability.AT_LEAST_ONCE,
                  Capability.ERROR_REPLIES,
                  Capability.WIRE_DEADLINES,
                  Capability.PUBLISHER_FILTER,
                  Capability.TOPIC_FRAMES,
                  Capability.GAP_REPORTS,
                  Capability.HEARTBEATS,
                  Capability.GOODBYE)));

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable TransportContext context;
  private @Nullable Engine engine;
  private boolean closed;

  /** Makes one; it does no work yet. */
  public RawTransport() {}

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public Set<String> schemes() {
    return SCHEMES;
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return scheme.startsWith("sp") ? PLAIN_SP : OURS;
  }

  @Override
  public void start(TransportContext lent) {
    lock.lock();
    try {
      context = lent;
    } finally {
      lock.unlock();
    }
  }

  private Engine engine() {
    lock.lock();
    try {
      TransportContext lent = context;
      if (lent == null || closed) {
        throw new IllegalStateException("a port opens between start and close");
      }
      Engine running = engine;
      if (running == null) {
        running = new Engine(lent, Tls::of);
        engine = running;
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  /** {@return what may be allocated for messages that have not come yet} */
  AheadBudget ahead() {
    return engine().ahead();
  }

  @Override
  public RequestPort openRequest(PortContext port, RequestPort.Listener listener) {
    return new RawRequestPort(engine(), port, listener);
  }

  @Override
  public ReplyPort openReply(PortContext port, ReplyPort.Listener listener) {
    return new RawReplyPort(engine(), port, listener);
  }

  @Override
  public PublishPort openPublish(PortContext port, PublishPort.Listener listener) {
    return new RawPublishPort(engine(), port, listener);
  }

  @Override
  public SubscribePort openSubscribe(PortContext port, SubscribePort.Listener listener) {
    return new RawSubscribePort(engine(), port, listener);
  }

  @Override
  public PushPort openPush(PortContext port, PushPort.Listener listener) {
    return new RawPushPort(engine(), port, listener);
  }

  @Override
  public PullPort openPull(PortContext port, PullPort.Listener listener) {
    return new RawPullPort(engine(), port, listener);
  }

  @Override
  public void close() {
    Engine running;
    lock.lock();
    try {
      closed = true;
      running = engine;
      engine = null;
    } finally {
      lock.unlock();
    }
    if (running != null) {
      running.close();
    }
  }
}
