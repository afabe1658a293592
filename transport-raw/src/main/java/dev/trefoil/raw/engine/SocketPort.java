package dev.trefoil.raw.engine;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Execution;
import dev.trefoil.RejectReason;
import dev.trefoil.TcpOptions;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.SessionConfig;
import dev.trefoil.raw.session.SessionOwner;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Rejection;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Helm;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.support.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the six ports have in common: listeners, dialers, connections, and their end. Any thread.
 *
 * <p>Its lock guards the maps of acceptors and dialers, the flags, entry to the set of connections,
 * and whether handlers may run inline still. Nothing is called under it but the constructors and
 * the closing of sockets.
 */
public abstract class SocketPort implements Port, SessionOwner {
  /** How long a forced close waits for the loops to confirm. */
  private static final long CONFIRM_NANOS = 1_000_000_000L;

  private final Engine engine;
  private final PortContext context;
  private final SessionConfig config;
  private final Port.Listener listener;
  private final boolean oneForAll;
  private final Conduits conduits;
  private final Pace sharedPace = new Pace();
  private volatile @Nullable Loop lastHeard;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition someEnded = lock.newCondition();
  private final Map<Endpoint, Acceptor> acceptors = new HashMap<>();
  private final Map<Endpoint, Dialer> dialers = new HashMap<>();
  private final Set<Dialer> liveDialers = ConcurrentHashMap.newKeySet();
  private boolean closed;
  private volatile boolean quiesced;
  private boolean inline;

  private final Set<TcpConnection> connections = ConcurrentHashMap.newKeySet();
  private final Admission admission;
  private final Pauses pauses = new Pauses();

  /**
   * For the ports of the roles.
   *
   * @param engine runs the sockets
   * @param role this side's
   * @param context the role's options and counters
   * @param listener is told of peers
   */
  protected SocketPort(Engine engine, SpRole role, PortContext context, Port.Listener listener) {
    this.engine = engine;
    this.context = context;
    this.config = SessionConfig.of(role, context, engine.ahead());
    this.listener = listener;
    this.conduits = new Conduits(engine.security(context.options()));
    this.admission = new Admission(context.options().tcp());
    this.oneForAll = role == SpRole.PUSH || role == SpRole.PUB;
    this.inline = context.options().execution() == Execution.INLINE;
    if (inline) {
      engine.inlinePortOpened();
    }
  }

  /** {@return the counters} */
  protected final PortMetrics counters() {
    return context.metrics();
  }

  /** {@return whether the caller may wait: an I/O thread may not} */
  protected static boolean mayWait() {
    return Loop.current() == null;
  }

  /** {@return the time} */
  protected final long now() {
    return engine.timekeeper().nanoTime();
  }

  @Override
  public final Endpoint bind(Endpoint endpoint) {
    conduits.checkBind(endpoint);
    Listening listening = Listening.at(endpoint, tcp());
    Acceptor acceptor = new Acceptor(this, listening, engine.nextLoop());
    lock.lock();
    try {
      if (closed) {
        listening.close();
        return listening.endpoint();
      }
      acceptors.put(listening.endpoint(), acceptor);
    } finally {
      lock.unlock();
    }
    acceptor.start();
    return listening.endpoint();
  }

  @Override
  public final void connect(Endpoint endpoint) {
    UnixSockets.check(endpoint);
    Dialect dialect = endpoint.scheme().startsWith("sp") ? Dialect.V0 : Dialect.V1;
    Backoff backoff =
        new Backoff(
            context.options().reconnectMin(),
            context.options().reconnectMax(),
            ThreadLocalRandom.current());
    Dialer dialer = new Dialer(this, endpoint, dialect, engine.nextLoop(), backoff);
    lock.lock();
    try {
      if (closed || dialers.putIfAbsent(endpoint, dialer) != null) {
        return;
      }
      liveDialers.add(dialer);
    } finally {
      lock.unlock();
    }
    dialer.start();
  }

  @Override
  public final boolean unbind(Endpoint endpoint) {
    Acceptor acceptor;
    lock.lock();
    try {
      acceptor = acceptors.remove(endpoint);
    } finally {
      lock.unlock();
    }
    if (acceptor == null) {
      return false;
    }
    acceptor.close();
    awaitClosed(List.of(acceptor));
    long by = lingerEnd(context.options().linger());
    for (TcpConnection connection : connections) {
      if (connection.dialer() == null && connection.session().endpoint().equals(endpoint)) {
        connection.finish("unbound", by);
      }
    }
    return true;
  }

  @Override
  public final boolean disconnect(Endpoint endpoint) {
    Dialer dialer;
    lock.lock();
    try {
      dialer = dialers.remove(endpoint);
    } finally {
      lock.unlock();
    }
    if (dialer == null) {
      return false;
    }
    dialer.stop(lingerEnd(context.options().linger()));
    return true;
  }

  @Override
  public final int queued() {
    int sum = 0;
    for (TcpConnection connection : connections) {
      sum += connection.writer().unsent();
    }
    return sum;
  }

  private static void awaitClosed(List<Acceptor> closing) {
    try {
      for (Acceptor acceptor : closing) {
        acceptor.awaitClosed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes the listeners; under the lock. */
  private List<Acceptor> closeAcceptors() {
    List<Acceptor> closing = List.copyOf(acceptors.values());
    closing.forEach(Acceptor::close);
    acceptors.clear();
    return closing;
  }

  @Override
  public final void quiesce() {
    lock.lock();
    try {
      quiesced = true;
      closeAcceptors();
      dialers.values().forEach(Dialer::settle);
    } finally {
      lock.unlock();
    }
    connections.forEach(connection -> connection.execute(() -> askForLast(connection)));
  }

  /** Who has not been answered yet is turned away; who has is asked when it is up. */
  private void askForLast(TcpConnection connection) {
    if (connection.session().isUp()) {
      connection.session().parting().ask("draining");
    } else if (!connection.session().hasBegun()) {
      connection.finish("draining", now());
    }
  }

  @Override
  public final boolean isQuiet() {
    return connections.stream().allMatch(connection -> connection.session().parting().isQuiet());
  }

  @Override
  public final void quiet() {
    listener.quiet();
  }

  @Override
  public final @Nullable Helm helm() {
    Loop loop = lastHeard;
    return loop == null ? null : loop.helm();
  }

  /** Something came on a loop: whoever waits for more may do that one's work. */
  final void heard(Loop loop) {
    if (lastHeard != loop) {
      lastHeard = loop;
    }
  }

  /** Goes on reading wherever a listener asked for a pause. */
  public final void resume() {
    pauses.end();
  }

  @Override
  public final int close(Duration linger) {
    long by = lingerEnd(linger);
    List<Acceptor> closing;
    lock.lock();
    try {
      if (closed) {
        return 0;
      }
      closed = true;
      closing = closeAcceptors();
      dialers.clear();
    } finally {
      lock.unlock();
    }
    List<TcpConnection> ending = List.copyOf(connections);
    ending.forEach(connection -> connection.finish("closing", by));
    liveDialers.forEach(dialer -> dialer.stop(by));
    signalEnd();
    if (Loop.current() != null) {
      return queued();
    }
    awaitClosed(closing);
    awaitEnd(by);
    ending.forEach(connection -> connection.close(DisconnectReason.LOCAL, "closed here"));
    awaitEnd(now() + CONFIRM_NANOS);
    // Only now, since a write may have been under way, of which at most the last bytes' counting is
    // left to a slow thread; and of those too that ended by themselves.
    return ending.stream().mapToInt(connection -> connection.writer().unsent()).sum();
  }

  /** Waits until nothing is left; an interrupt ends the waiting and is kept for the caller. */
  private void awaitEnd(long by) {
    lock.lock();
    try {
      while (!connections.isEmpty() || !liveDialers.isEmpty()) {
        long left = by - now();
        if (left <= 0) {
          return;
        }
        // Bounded, since the context's clock need not run as the system's does.
        someEnded.awaitNanos(Math.min(left, 100_000_000L));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private long lingerEnd(Duration linger) {
    long nanos;
    try {
      nanos = linger.toNanos();
    } catch (ArithmeticException e) {
      nanos = Long.MAX_VALUE / 4;
    }
    return now() + Math.min(nanos, Long.MAX_VALUE / 4);
  }

  // Called by sessions, on their loops.

  @Override
  public void up(Session session) {
    TcpConnection connection = (TcpConnection) session.link();
    Dialer dialer = connection.dialer();
    if (dialer != null) {
      dialer.up();
    } else {
      admission.shakenHands();
    }
    listener.peerUp(session.peer());
    if (quiesced) {
      session.parting().ask("draining");
    }
  }

  @Override
  public void down(Session session, DisconnectReason reason, String detail) {
    listener.peerDown(session.peer(), reason, detail);
  }

  @Override
  public final void rejected(Session session, RejectReason reason, String detail) {
    TcpConnection connection = (TcpConnection) session.link();
    if (connection.dialer() == null) {
      admission.shakenHands();
    }
    if (!connection.writer().isFinishing()) {
      Rejection below = connection.refusal();
      listener.rejected(
          session.endpoint(),
          session.address(),
          below == null ? reason : below.reason(),
          below == null ? detail : below.detail());
    }
  }

  @Override
  public final void heartbeatMissed() {
    context.metrics().heartbeatMissed();
  }

  // Called by the engine.

  final SessionConfig config() {
    return config;
  }

  final TcpOptions tcp() {
    return context.options().tcp();
  }

  final long stallNanos() {
    return tcp().stallTimeout().toNanos();
  }

  final Engine engine() {
    return engine;
  }

  final Conduits conduits() {
    return conduits;
  }

  final Pace pace() {
    return oneForAll ? sharedPace : new Pace();
  }

  final Pauses pauses() {
    return pauses;
  }

  /** {@return why one more connection is too many, or null if it is not} */
  final @Nullable String noRoom() {
    return admission.objection();
  }

  /** {@return whether the port is open and has taken the connection in} */
  final boolean add(TcpConnection connection) {
    lock.lock();
    try {
      if (closed || quiesced) {
        return false;
      }
      connections.add(connection);
    } finally {
      lock.unlock();
    }
    if (connection.dialer() == null) {
      admission.accepted();
    }
    return true;
  }

  final void ended(TcpConnection connection) {
    connections.remove(connection);
    pauses.remove(connection);
    Dialer dialer = connection.dialer();
    if (dialer != null) {
      dialer.ended();
    } else {
      admission.ended();
    }
    signalEnd();
  }

  final void dialerEnded(Dialer dialer) {
    liveDialers.remove(dialer);
    signalEnd();
  }

  private void signalEnd() {
    lock.lock();
    try {
      someEnded.signalAll();
      if (inline && closed && connections.isEmpty()) {
        inline = false; // not before, since handlers are called until then
        engine.inlinePortClosed();
      }
    } finally {
      lock.unlock();
    }
  }

  final Port.Listener listener() {
    return listener;
  }
}
