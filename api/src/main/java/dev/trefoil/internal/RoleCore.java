package dev.trefoil.internal;

import dev.trefoil.BindFailedException;
import dev.trefoil.ClosedException;
import dev.trefoil.DisconnectReason;
import dev.trefoil.DrainReport;
import dev.trefoil.Endpoint;
import dev.trefoil.NotSupportedException;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.PeerListener;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the six roles share: one slot for each transport in use, the peers, and the way to the end.
 *
 * <p>{@code lock} guards slots, endpoints, peers and changes of the state; {@code changed} is
 * signalled when any changes. Ports are called with it held in the places that CONCURRENCY.md has.
 */
public abstract class RoleCore {
  private static final Logger LOG = LoggerFactory.getLogger(RoleCore.class);
  private static final AtomicLong COUNT = new AtomicLong();

  /** How far a role is on its way. */
  protected enum State {
    OPEN,
    DRAINING,
    CLOSED
  }

  protected final MessagingCore messaging;
  protected final Options options;
  protected final Timekeeper time;
  protected final ReentrantLock lock = new ReentrantLock();
  protected final Condition changed = lock.newCondition();
  protected volatile State state = State.OPEN;

  private final RoleKind kind;
  private final String label;
  private final SerialEvents events;
  private final Map<Transport, Slot> slots = new LinkedHashMap<>();
  private final Map<Long, Peer> peers = new LinkedHashMap<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean peerSeen;
  private volatile @Nullable String lastFailure;

  RoleCore(MessagingCore messaging, RoleKind kind, Options options) {
    this.messaging = messaging;
    this.kind = kind;
    this.options = Objects.requireNonNull(options, "the options must not be null");
    this.time = messaging.timekeeper();
    String name = options.name();
    this.label = name != null ? name : kind.role() + "-" + COUNT.incrementAndGet();
    this.events = new SerialEvents(messaging.executor(), label);
  }

  /** A peer came. */
  final void peerUp(Peer peer) {
    lock.lock();
    try {
      peers.put(peer.id(), peer);
      peerSeen = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tell(listener -> listener.connected(peer));
  }

  /** A peer went. */
  final void peerDown(Peer peer, DisconnectReason reason, String detail) {
    lock.lock();
    try {
      peers.remove(peer.id());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tell(listener -> listener.disconnected(peer, reason, detail));
  }

  /** Notes why there may be no peer, for the messages of calls that wait for one. */
  final void noteFailure(String why) {
    lastFailure = why;
  }

  /** Makes the slot of a transport, opening its port. */
  abstract Slot newSlot(Transport transport);

  /** What the role's options ask of a transport. */
  abstract List<Capability> required();

  /** The role is closed: let go of whoever waits. Runs before the ports are closed. */
  abstract void onClose();

  /** Finishes what is in hand, up to a time on the clock; the report says what was left. */
  abstract DrainReport finish(long deadlineNanos) throws InterruptedException;

  final void tell(Consumer<PeerListener> call) {
    PeerListener listener = options.peerListener();
    if (listener != null) {
      events.add(() -> call.accept(listener));
    }
  }

  /** Runs user code that is not a handler: on the handler executor, in order. */
  final void event(Runnable call) {
    events.add(call);
  }

  final String label() {
    return label;
  }

  /** The options as the ports get them. */
  Options portOptions() {
    return options;
  }

  public final Options options() {
    return options;
  }

  public final Endpoint bind(Endpoint endpoint) {
    Slot slot = slot(endpoint);
    Endpoint bound;
    try {
      bound = slot.port().bind(endpoint);
    } catch (BindFailedException e) {
      checkOpen();
      throw e;
    }
    checkOpen();
    locked(() -> endpoints.add(bound));
    return bound;
  }

  public final void connect(Endpoint endpoint) {
    Slot slot = slot(endpoint);
    Endpoints.checkConnectable(endpoint);
    locked(() -> endpoints.add(endpoint));
    try {
      slot.port().connect(endpoint);
    } catch (RuntimeException e) {
      forget(endpoint);
      throw e;
    }
    checkOpen();
  }

  public final boolean unbind(Endpoint endpoint) {
    Slot slot = slotOrNull(endpoint);
    forget(endpoint);
    return slot != null && slot.port().unbind(endpoint);
  }

  public final boolean disconnect(Endpoint endpoint) {
    Slot slot = slotOrNull(endpoint);
    forget(endpoint);
    return slot != null && slot.port().disconnect(endpoint);
  }

  private Slot slot(Endpoint endpoint) {
    Objects.requireNonNull(endpoint, "the endpoint must not be null");
    checkOpen();
    Transport transport = messaging.transport(endpoint);
    for (Capability capability : required()) {
      if (!transport.capabilities(endpoint.scheme()).contains(capability)) {
        throw new NotSupportedException(Endpoints.lacks(endpoint, capability));
      }
    }
    lock.lock();
    try {
      checkOpen();
      Slot slot = slots.get(transport);
      if (slot == null) {
        slot = newSlot(transport);
        slots.put(transport, slot);
        messaging.meters().add(kind, options.name(), transport.name(), slot.source());
        onSlotsChanged(List.copyOf(slots.values()));
      }
      return slot;
    } finally {
      lock.unlock();
    }
  }

  /** A transport came into use. Called with the lock held. */
  void onSlotsChanged(List<Slot> all) {}

  private @Nullable Slot slotOrNull(Endpoint endpoint) {
    Objects.requireNonNull(endpoint, "the endpoint must not be null");
    lock.lock();
    try {
      for (Slot slot : slots.values()) {
        if (slot.transport.schemes().contains(endpoint.scheme())) {
          return slot;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void forget(Endpoint endpoint) {
    locked(() -> endpoints.remove(endpoint));
  }

  private <V> V read(Supplier<V> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  public final List<Peer> peers() {
    return read(() -> List.copyOf(peers.values()));
  }

  /** How many peers the role can work with. Called with the lock held. */
  int reachable() {
    return peers.size();
  }

  public final boolean awaitPeers(int count, Duration timeout) throws InterruptedException {
    Check.notNegative(count, "count");
    long deadline = deadline(timeout);
    lock.lockInterruptibly();
    try {
      while (reachable() < count) {
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

  /** Waits for something that {@link #signalIfDraining} tells of, up to a time on the clock. */
  final boolean awaitUntil(BooleanSupplier done, long deadlineNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!done.getAsBoolean()) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0 || state == State.CLOSED) {
          return done.getAsBoolean();
        }
        Conditions.awaitOnce(changed, left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** While draining: whether no peer has anything new on its way. */
  final boolean isQuiet() {
    return slots().stream().allMatch(slot -> slot.port().isQuiet());
  }

  /** Something in hand was finished: a drain may be over. */
  final void signalIfDraining() {
    if (state == State.DRAINING) {
      signalChange();
    }
  }

  final void signalChange() {
    locked(changed::signalAll);
  }

  static long deadline(Duration timeout) {
    return System.nanoTime()
        + Math.min(Check.notNegative(timeout, "timeout").toNanos(), Long.MAX_VALUE / 4);
  }

  protected final boolean isOpen() {
    return state == State.OPEN;
  }

  protected final void checkOpen() {
    State now = state;
    if (now != State.OPEN) {
      throw closed(now);
    }
  }

  /** A draining role still hands out what it received. */
  final void checkReceivable() {
    if (state == State.CLOSED) {
      throw closed(State.CLOSED);
    }
  }

  final ClosedException closed(State now) {
    return new ClosedException(
        this + (now == State.DRAINING ? " is draining and takes no new work" : " is closed"));
  }

  /** What is known of the other side, for messages about time that ran out. */
  final String situation() {
    return read(() -> Endpoints.situation(peers.size(), peerSeen, endpoints, lastFailure));
  }

  /** Where the role listens and connects to, for messages. */
  final String where() {
    return read(() -> Endpoints.describe(endpoints));
  }

  final boolean peerSeen() {
    return peerSeen;
  }

  final List<Slot> slots() {
    return read(() -> List.copyOf(slots.values()));
  }

  public final DrainReport drain(Duration timeout) throws InterruptedException {
    long deadline = deadline(timeout);
    if (!advance(State.DRAINING)) {
      // Another thread drains or closes; this one waits for it, but not longer than it was told.
      long rest = Math.max(0, deadline - System.nanoTime());
      if (!ended.await(rest, TimeUnit.NANOSECONDS)) {
        close();
      }
      return DrainReport.CLEAN;
    }
    DrainReport report = DrainReport.CLEAN;
    boolean finished = false;
    try {
      if (kind.receives()) {
        slots().forEach(slot -> slot.port().quiesce());
      }
      report = finish(deadline);
      finished = true;
    } finally {
      Duration rest = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      report = report.plus(new DrainReport(end(finished ? rest : Duration.ZERO), 0, 0, 0));
    }
    return report;
  }

  public final void close() {
    end(options.linger());
  }

  private long end(Duration linger) {
    if (!advance(State.CLOSED)) {
      Uninterruptibly.await(ended, linger.plusSeconds(2));
      return 0;
    }
    long left = 0;
    try {
      letGo();
      long deadline = System.nanoTime() + linger.toNanos();
      List<Slot> all = slots();
      for (int i = 0; i < all.size(); i++) {
        long rest = Math.max(0, deadline - System.nanoTime());
        // One that waits for a peer leaves their share to the others.
        left += closeSlot(all.get(i), Duration.ofNanos(rest / (all.size() - i)));
      }
      messaging.unregister(this);
    } finally {
      ended.countDown();
    }
    return left;
  }

  private void letGo() {
    try {
      onClose();
    } catch (RuntimeException | Error e) {
      LOG.error("{}: something failed while it was closed; the rest goes on", label, e);
    }
  }

  private long closeSlot(Slot slot, Duration linger) {
    int left = 0;
    try {
      left = slot.port().close(linger);
    } catch (RuntimeException | Error e) {
      LOG.error("{}: a port of {} failed to close", label, slot.transport.name(), e);
    }
    messaging.meters().remove(kind, options.name(), slot.transport.name(), slot.source());
    return left;
  }

  /** The role drains, or is closed. Called with the lock held. */
  void onAdvance() {}

  private boolean advance(State next) {
    lock.lock();
    try {
      if (state.compareTo(next) >= 0) {
        return false;
      }
      state = next;
      changed.signalAll();
      onAdvance();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return kind.role() + " '" + label + "' at " + where();
  }
}
