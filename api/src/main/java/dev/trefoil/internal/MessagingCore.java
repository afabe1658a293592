package dev.trefoil.internal;

import dev.trefoil.ClosedException;
import dev.trefoil.DrainReport;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Idle;
import dev.trefoil.TrefoilException;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the roles of a {@code Messaging} share: transports, timer, handler executor, meters.
 *
 * <p>The lock guards the set of roles, the started transports and whether this is closed. It is
 * never held while a role or a transport is closed.
 */
public final class MessagingCore {
  private static final Logger LOG = LoggerFactory.getLogger(MessagingCore.class);
  private static final Duration HANDLERS_END = Duration.ofSeconds(1);

  /** For a port that does not keep its promise to end in time: the others are not held up. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final String label;
  private final int ioThreads;
  private final Idle idle;
  private final Map<String, Transport> byScheme = new LinkedHashMap<>();
  private final Timekeeper timekeeper;
  private final @Nullable TimerWheel ownTimer;
  private final Executor executor;
  private final @Nullable ExecutorService ownExecutor;
  private final @Nullable ExecutorService ownCallbacks;
  private final MeterHub meters;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Transport> started = new LinkedHashSet<>();
  private final Map<Transport, Throwable> broken = new LinkedHashMap<>();
  private final Set<RoleCore> roles = new LinkedHashSet<>();
  private boolean closed;
  private final CountDownLatch ended = new CountDownLatch(1);

  public MessagingCore(
      String label,
      int ioThreads,
      Idle idle,
      @Nullable Executor handlerExecutor,
      @Nullable MeterRegistry registry,
      @Nullable Timekeeper timekeeper,
      List<Transport> transports) {
    this.label = label;
    this.ioThreads = ioThreads;
    this.idle = idle;
    TimerWheel wheel = timekeeper == null ? new TimerWheel(label) : null;
    this.ownTimer = wheel;
    this.timekeeper = wheel == null ? Objects.requireNonNull(timekeeper) : wheel;
    ExecutorService pool = handlerExecutor == null ? Threads.handlerExecutor(label) : null;
    this.ownExecutor = pool;
    this.executor = pool == null ? Objects.requireNonNull(handlerExecutor) : pool;
    // Handlers that wait for futures may take up a bounded pool, which must not keep these from
    // ending.
    this.ownCallbacks = pool instanceof ThreadPoolExecutor ? Threads.pool(label, "callback") : null;
    this.meters = MeterHub.of(registry);
    ServiceLoader.load(Transport.class, Transport.class.getClassLoader()).forEach(this::offer);
    transports.forEach(this::offer);
  }

  private void offer(Transport transport) {
    transport.schemes().forEach(scheme -> byScheme.put(scheme, transport));
  }

  /** Adds a new role, so that it is closed with this. */
  public <C extends RoleCore> C register(C role) {
    lock.lock();
    try {
      if (closed) {
        throw new ClosedException("this Messaging is closed: create a new one");
      }
      roles.add(role);
      return role;
    } finally {
      lock.unlock();
    }
  }

  void unregister(RoleCore role) {
    lock.lock();
    try {
      roles.remove(role);
    } finally {
      lock.unlock();
    }
  }

  /** The transport of an endpoint, started. */
  Transport transport(Endpoint endpoint) {
    Transport transport = byScheme.get(endpoint.scheme());
    if (transport == null) {
      throw new EndpointException(
          endpoint.toString(),
          "no transport here has the scheme '" + endpoint.scheme() + "'; there is " + schemes());
    }
    lock.lock();
    try {
      if (closed) {
        throw new ClosedException("this Messaging is closed: create a new one");
      }
      start(transport);
      return transport;
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held. A transport is started once: one that failed to stays out of use. */
  private void start(Transport transport) {
    if (started.add(transport)) {
      try {
        transport.start(new TransportContext(label, timekeeper, ioThreads, idle));
      } catch (RuntimeException | Error e) {
        broken.put(transport, e);
      }
    }
    Throwable cause = broken.get(transport);
    if (cause != null) {
      throw new TrefoilException(
          "the transport " + transport.name() + " could not be started: " + cause, cause);
    }
  }

  public List<String> schemes() {
    return byScheme.keySet().stream().sorted().toList();
  }

  Timekeeper timekeeper() {
    return timekeeper;
  }

  Executor executor() {
    return executor;
  }

  /** {@return whether the handlers' threads are this library's} */
  boolean ownsExecutor() {
    return ownExecutor != null;
  }

  /** Where futures end and their callbacks run. */
  Executor callbacks() {
    return ownCallbacks != null ? ownCallbacks : executor;
  }

  MeterHub meters() {
    return meters;
  }

  Idle idle() {
    return idle;
  }

  public DrainReport drain(Duration timeout) throws InterruptedException {
    List<RoleCore> open = openRoles();
    AtomicReferenceArray<@Nullable DrainReport> reports = new AtomicReferenceArray<>(open.size());
    List<Thread> drainers = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      int index = i;
      drainers.add(
          start(
              "drain-" + i,
              () -> {
                try {
                  reports.set(index, open.get(index).drain(timeout));
                } catch (InterruptedException e) {
                  LOG.debug("a drain was cut short", e); // its report stays away
                }
              }));
    }
    try {
      long bound = RoleCore.deadline(timeout) + GRACE.toNanos();
      for (Thread drainer : drainers) {
        TimeUnit.NANOSECONDS.timedJoin(drainer, Math.max(1, bound - System.nanoTime()));
      }
    } finally {
      drainers.forEach(Thread::interrupt);
      close();
    }
    DrainReport sum = DrainReport.CLEAN;
    for (int i = 0; i < open.size(); i++) {
      DrainReport report = reports.get(i);
      sum = report == null ? sum : sum.plus(report);
    }
    return sum;
  }

  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        start("close", this::end);
      }
    } finally {
      lock.unlock();
    }
    // All callers wait for the one that closes, so that everything is released when they return.
    Uninterruptibly.await(ended, closeBound());
  }

  /** On a thread of its own, so that an interrupt of the closing thread does not spoil it. */
  private void end() {
    try {
      List<Thread> closers = new ArrayList<>();
      for (RoleCore role : openRoles()) {
        closers.add(start("close-role", role::close));
      }
      for (Thread closer : closers) {
        Uninterruptibly.join(closer, closeBound());
      }
      for (Transport transport : startedTransports()) {
        closeQuietly(transport);
      }
      if (ownTimer != null) {
        ownTimer.close();
      }
      meters.release();
      endHandlers(ownExecutor); // last, since a handler may not end
      endHandlers(ownCallbacks);
    } finally {
      ended.countDown();
    }
  }

  private Duration closeBound() {
    Duration bound = GRACE;
    for (RoleCore role : openRoles()) {
      Duration own = role.options().linger().plus(GRACE);
      bound = own.compareTo(bound) > 0 ? own : bound;
    }
    return bound;
  }

  private static void closeQuietly(Transport transport) {
    try {
      transport.close();
    } catch (RuntimeException | Error e) {
      LOG.error("transport {} failed to close; the others go on", transport.name(), e);
    }
  }

  private static void endHandlers(@Nullable ExecutorService own) {
    if (own == null) {
      return;
    }
    own.shutdown();
    if (!Uninterruptibly.awaitTermination(own, HANDLERS_END)) {
      // Interrupts handlers that still run; futures that wait for a thread end all the same.
      own.shutdownNow().stream()
          .filter(Completions.Ending.class::isInstance)
          .forEach(Runnable::run);
      Uninterruptibly.awaitTermination(own, HANDLERS_END);
    }
  }

  private Thread start(String what, Runnable task) {
    Thread thread = new Thread(task, "trefoil-" + label + "-" + what);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private List<RoleCore> openRoles() {
    lock.lock();
    try {
      return List.copyOf(roles);
    } finally {
      lock.unlock();
    }
  }

  private List<Transport> startedTransports() {
    lock.lock();
    try {
      return List.copyOf(started);
    } finally {
      lock.unlock();
    }
  }
}
