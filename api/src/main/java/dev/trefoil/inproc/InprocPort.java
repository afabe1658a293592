package dev.trefoil.inproc;

import dev.trefoil.Assurance;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.inproc.InprocNames.Binding;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.support.PeerIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the six ports have in common: binding, connecting, their ends, closing.
 *
 * <p>{@code lock} guards what is bound and connected; nothing is called while it is held. The
 * methods of {@link Port} run on any thread, the others on the loop, unless they say so.
 */
abstract class InprocPort implements Port {
  /** How long close waits for the loop beyond the linger: for a loop that is busy elsewhere. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final InprocTransport transport;
  private final PortContext context;
  private final Side side;
  private final Port.Listener listener;
  private final InprocNames names = InprocNames.OF_THIS_JVM;

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as are the two maps. */
  private boolean open = true;

  private final Map<Endpoint, Binding> bindings = new HashMap<>();
  private final Map<Endpoint, InprocConnector> connectors = new HashMap<>();

  private final Set<End> ends = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean resuming = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean quiesced;
  private volatile boolean quiet;
  private final AtomicInteger unsent = new AtomicInteger();

  /** Used on the loop only, as is the set. */
  private boolean closing;

  private final Set<End> pausedEnds = new LinkedHashSet<>();

  InprocPort(InprocTransport transport, PortContext context, Side side, Port.Listener listener) {
    this.transport = transport;
    this.context = context;
    this.side = side;
    this.listener = listener;
  }

  /** Makes the role's end of a connection; any loop. */
  abstract End newEnd(Peer peer, InprocPort other, @Nullable InprocConnector connector);

  /** A batch of messages was delivered. */
  void batchEnd() {}

  final InprocLoop loop() {
    return transport.loop();
  }

  final Timekeeper timekeeper() {
    return transport.timekeeper();
  }

  final long nanoTime() {
    return transport.timekeeper().nanoTime();
  }

  final Options options() {
    return context.options();
  }

  final PortMetrics metrics() {
    return context.metrics();
  }

  final long senderId() {
    return context.senderId();
  }

  final Port.Listener listener() {
    return listener;
  }

  /** {@return its ends; any thread may go through them} */
  final Set<End> ends() {
    return ends;
  }

  final boolean isClosing() {
    return closing;
  }

  /** {@return whether the listener is called no more; any thread} */
  final boolean isClosed() {
    return closed.getCount() == 0;
  }

  final boolean isAtLeastOnce() {
    return options().assurance() == Assurance.AT_LEAST_ONCE;
  }

  @Override
  public final Endpoint bind(Endpoint endpoint) {
    if (isClosed()) {
      return endpoint;
    }
    Binding binding = names.bind(endpoint, this);
    boolean kept;
    lock.lock();
    try {
      kept = open;
      if (kept) {
        bindings.put(binding.endpoint(), binding);
      }
    } finally {
      lock.unlock();
    }
    if (!kept) {
      names.unbind(binding);
    }
    return binding.endpoint();
  }

  @Override
  public final void connect(Endpoint endpoint) {
    if (endpoint.name().equals("*")) {
      throw new EndpointException(
          endpoint.toString(), "* can be bound only: connect to the name that bind returned");
    }
    InprocConnector connector = new InprocConnector(this, endpoint);
    lock.lock();
    try {
      if (!open || quiesced || connectors.putIfAbsent(endpoint, connector) != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    loop().post(connector::attempt);
  }

  @Override
  public final boolean unbind(Endpoint endpoint) {
    Binding binding;
    lock.lock();
    try {
      binding = bindings.remove(endpoint);
    } finally {
      lock.unlock();
    }
    if (binding == null) {
      return false;
    }
    names.unbind(binding);
    loop().post(() -> closeAcceptedAt(endpoint));
    return true;
  }

  private void closeAcceptedAt(Endpoint endpoint) {
    for (End end : ends) {
      if (end.isAcceptedAt(endpoint)) {
        end.closeWithin(options().linger());
      }
    }
  }

  @Override
  public final boolean disconnect(Endpoint endpoint) {
    InprocConnector connector;
    lock.lock();
    try {
      connector = open ? connectors.remove(endpoint) : null;
    } finally {
      lock.unlock();
    }
    if (connector == null) {
      return false;
    }
    if (!loop().post(connector::disconnect)) {
      names.forget(endpoint.name(), connector);
    }
    return true;
  }

  @Override
  public int queued() {
    int sum = 0;
    for (End end : ends) {
      sum += end.out.size();
    }
    return sum;
  }

  @Override
  public final void quiesce() {
    if (isClosed()) {
      return;
    }
    quiesced = true;
    loop().post(this::takeNoMore);
  }

  private void takeNoMore() {
    openConnectors().forEach(InprocConnector::settle);
    if (side.takesWork()) {
      ends.forEach(InprocPort::askToStop);
    }
    quiet = true; // but for its ends
    if (!isClosed()) {
      listener.quiet();
    }
  }

  private static void askToStop(End end) {
    End other = end.other();
    other
        .port()
        .loop()
        .post(
            () -> {
              other.peerLeaves();
              end.port().loop().post(end::otherHasStopped);
            });
  }

  @Override
  public final boolean isQuiet() {
    return isClosed()
        || (quiet
            && openConnectors().stream().noneMatch(InprocConnector::isAttempting)
            && ends.stream().allMatch(End::isQuiet));
  }

  private List<InprocConnector> openConnectors() {
    lock.lock();
    try {
      return new ArrayList<>(connectors.values());
    } finally {
      lock.unlock();
    }
  }

  /** Delivers again to listeners that paused. Any thread. */
  final void resumeReading() {
    if (!isClosed() && resuming.compareAndSet(false, true)) {
      loop().post(this::resumePaused);
    }
  }

  private void resumePaused() {
    resuming.set(false);
    List<End> resumed = new ArrayList<>(pausedEnds);
    pausedEnds.clear();
    resumed.forEach(End::resume);
  }

  // Handshakes.

  /** A connector found the name bound by this port. */
  final void accept(Binding binding, InprocConnector from) {
    InprocPort other = from.port();
    if (closing || !names.isBound(binding)) {
      other.loop().post(() -> from.refused("nobody has bound " + binding.endpoint()));
    } else if (quiesced) {
      other.loop().post(() -> from.refused(binding.endpoint() + " is about to close"));
    } else if (other.side != side.counterpart()) {
      String detail = other.side + " met " + side + ", which belongs to " + side.counterpart();
      reject(binding, from, RejectReason.WRONG_ROLE, detail);
    } else if (lacksAcknowledgements(other)) {
      String detail =
          "the pusher wants acknowledgements and the puller gives none:"
              + " set assurance(AT_LEAST_ONCE) in the puller's options as well,"
              + " or AT_MOST_ONCE in the pusher's";
      reject(binding, from, RejectReason.LACKS_CAPABILITY, detail);
    } else {
      welcome(binding, from);
    }
  }

  private boolean lacksAcknowledgements(InprocPort other) {
    InprocPort pusher = side == Side.PUSHER ? this : other;
    InprocPort puller = side == Side.PUSHER ? other : this;
    return pusher.side == Side.PUSHER && pusher.isAtLeastOnce() && !puller.isAtLeastOnce();
  }

  private void reject(Binding binding, InprocConnector from, RejectReason reason, String detail) {
    InprocPort other = from.port();
    other.loop().post(() -> from.rejected(address(), reason, detail));
    listener.rejected(binding.endpoint(), other.address(), reason, detail);
  }

  private void welcome(Binding binding, InprocConnector from) {
    InprocPort other = from.port();
    End here = newEnd(other.asPeerOf(binding.endpoint()), other, null);
    End there = other.newEnd(asPeerOf(from.endpoint()), this, from);
    End.join(here, there);
    // The other loop hears of its end before anything that this end sends.
    if (other.loop().post(() -> from.accepted(there))) {
      here.up();
    }
  }

  private Peer asPeerOf(Endpoint endpoint) {
    return new Peer(PeerIds.next(), endpoint, address(), "inproc");
  }

  private String address() {
    return context.label();
  }

  // What ends tell.

  final void added(End end) {
    ends.add(end);
    if (quiesced && side.takesWork()) {
      askToStop(end); // it was on its way when the others were asked
    }
  }

  final void removed(End end) {
    ends.remove(end);
    pausedEnds.remove(end);
  }

  final void paused(End end) {
    pausedEnds.add(end);
  }

  final void unsent(int messages) {
    unsent.addAndGet(messages);
  }

  // Closing.

  @Override
  public final int close(Duration linger) {
    beginClosing();
    if (loop().isCurrent()) {
      closeNow();
    } else if (!loop().post(this::closeEnds)) {
      // The loop closes all ports on its way out.
      awaitClosed(GRACE_NANOS);
    } else {
      // A loop must not wait for what other loops, or it itself, would have to do.
      long nanos = InprocLoop.isAnyLoop() ? 0 : nanos(linger);
      if (!awaitClosed(nanos)) {
        loop().post(this::closeNow);
        awaitClosed(GRACE_NANOS);
      }
    }
    return unsent.get();
  }

  /** Closes as soon as the loop gets to it, without waiting. Any thread. */
  final void closeSoon() {
    beginClosing();
    loop().post(this::closeNow);
  }

  private void beginClosing() {
    List<Binding> bound;
    lock.lock();
    try {
      open = false;
      bound = List.copyOf(bindings.values());
      bindings.clear();
    } finally {
      lock.unlock();
    }
    bound.forEach(names::unbind);
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(1)) > 0
        ? TimeUnit.DAYS.toNanos(1)
        : duration.toNanos();
  }

  /** Goes on waiting when interrupted, since it is bounded and close cannot say so. */
  private boolean awaitClosed(long nanos) {
    long deadline = System.nanoTime() + nanos;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return closed.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void closeEnds() {
    if (!closing) {
      closing = true;
      openConnectors().forEach(InprocConnector::stopTrying);
      ends.forEach(End::beginClosing);
      completeIfClosed();
    }
  }

  private void closeNow() {
    closeEnds();
    ends.forEach(End::endHere);
  }

  /** The last end of a closing port is gone: nothing calls the listener any more. */
  final void completeIfClosed() {
    if (closing && ends.isEmpty() && !isClosed()) {
      closed.countDown();
      transport.forget(this);
    }
  }
}
