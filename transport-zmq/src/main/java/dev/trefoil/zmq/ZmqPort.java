package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.EndpointException;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.TrefoilException;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.Timekeeper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the ports have in common: where they listen and connect, their connections, and the end.
 *
 * <p>The lock guards the two maps; nobody is called and no other lock is taken while it is held.
 */
abstract class ZmqPort implements Port {
  private static final long UNBIND_MILLIS = 1_000;
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Shared shared;
  private final PortContext context;
  private final Port.Listener listener;
  private final @Nullable Security security;
  private final zmq.Options acceptedOptions;
  private final zmq.Options connectedOptions;
  private final ConcurrentLinkedQueue<Pause> pausedOnes = new ConcurrentLinkedQueue<>();
  private final AtomicLong resumes = new AtomicLong();
  private final Roster roster = new Roster();

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Endpoint, Listening> bound = new LinkedHashMap<>();
  private final Map<Endpoint, Dialing> dialed = new LinkedHashMap<>();

  private volatile boolean quiesced;
  private volatile boolean closing;
  private volatile boolean silent;

  ZmqPort(Shared shared, PortContext context, Port.Listener listener, int socketType) {
    this.shared = shared;
    this.context = context;
    this.listener = listener;
    Options options = context.options();
    this.security = Settings.security(options);
    this.acceptedOptions = Settings.engine(options, socketType, security, false);
    this.connectedOptions = Settings.engine(options, socketType, security, true);
    timekeeper().schedule(Pulse.periodNanos(options), this::tick);
  }

  /** Makes the role's half of a new connection. */
  abstract Dialogue dialogue(Connection connection);

  // ---- what connections ask ----

  PortContext context() {
    return context;
  }

  Port.Listener listener() {
    return listener;
  }

  /** {@return JeroMQ's options for connections that this side made, or accepted} */
  zmq.Options engineOptions(boolean connected) {
    return connected ? connectedOptions : acceptedOptions;
  }

  @Nullable Security security() {
    return security;
  }

  Doorman doorman() {
    return shared.doorman();
  }

  Timekeeper timekeeper() {
    return shared.timekeeper();
  }

  long nanoTime() {
    return shared.timekeeper().nanoTime();
  }

  int maxMessageBytes() {
    return context.options().maxMessageBytes();
  }

  boolean isClosing() {
    return closing;
  }

  /** {@return whether close has returned, or is about to: nobody is told anything any more} */
  boolean isSilent() {
    return silent;
  }

  void multipart() {
    context.metrics().dropped(Drop.MULTIPART, 1);
  }

  void malformed() {
    context.metrics().dropped(Drop.MALFORMED, 1);
  }

  // ---- pausing ----

  /** {@return what to give {@link #paused} after a listener refused} */
  long resumes() {
    return resumes.get();
  }

  /** A connection stopped reading; {@code seen} is from before its listener refused. */
  void paused(Connection connection, long seen) {
    pausedOnes.add(new Pause(connection, seen));
    resumePaused();
  }

  void resumeAll() {
    resumes.incrementAndGet();
    resumePaused();
  }

  /** Each pause ends once, by a resume that came after its listener was called. */
  private void resumePaused() {
    for (Pause pause : pausedOnes) {
      if (pause.seen < resumes.get() && pausedOnes.remove(pause)) {
        pause.connection.resume();
      }
    }
  }

  private record Pause(Connection connection, long seen) {}

  // ---- connections come and go ----

  /** A connection was accepted; the doorman's thread. */
  void accepted(SocketChannel channel, Endpoint endpoint, String address) {
    String full = "";
    if (closing || quiesced) {
      full = "closing";
    } else if (roster.handshaking() >= context.options().tcp().maxPendingHandshakes()) {
      full = "too many handshakes under way";
    } else if (roster.size() >= context.options().tcp().maxConnections()) {
      full = "too many connections";
    }
    if (full.isEmpty()) {
      open(channel, endpoint, address, null);
    } else {
      Sockets.closeAfter(channel, new IOException(full));
      rejected(endpoint, address, RejectReason.TOO_MANY, full);
    }
  }

  /** A connection was made; the doorman's thread. */
  void dialed(SocketChannel channel, Endpoint endpoint, Dialing dialing) {
    boolean wanted;
    lock.lock();
    try {
      wanted = dialed.get(endpoint) == dialing && !closing;
    } finally {
      lock.unlock();
    }
    if (wanted) {
      open(channel, endpoint, Sockets.address(channel), dialing);
    } else {
      Sockets.closeAfter(channel, new IOException("not wanted"));
    }
  }

  private void open(
      SocketChannel channel, Endpoint endpoint, String address, @Nullable Dialing dialing) {
    Connection connection =
        new Connection(
            shared.threads().next(), this, channel, new Origin(endpoint, address, dialing));
    if (roster.add(connection)) {
      connection.start();
    } else {
      Sockets.closeAfter(channel, new IOException("closing"));
    }
  }

  /** A connection's peer is about to be told to the listener; its loop. */
  void established(Connection connection) {
    roster.established(connection);
    if (quiesced) {
      connection.say(Ping.goodbye(), false); // it was on its way when the others were told
      lookWhenNamed();
    }
  }

  /** A peer is gone; its connection's loop. */
  void closed(Connection connection, DisconnectReason reason, String detail, int left) {
    boolean byClose = closing; // before the listener hears of it, and closes the port
    if (!silent) {
      connection.dialogue().down(reason, detail);
      listener.peerDown(connection.peer(), reason, detail);
    }
    if (left > 0 && connection.dialogue().unsentIsLost()) {
      context.metrics().dropped(byClose ? Drop.CLOSED : Drop.CONNECTION_LOST, left);
    }
    remove(connection, byClose ? left : 0);
  }

  /** A connection ended before it was a peer's; its loop. */
  void turnedAway(Connection connection, @Nullable RejectReason reason, String detail) {
    Origin origin = connection.origin();
    boolean unexplained = reason == null || reason == RejectReason.HANDSHAKE_CLOSED;
    if (origin.dialed() && unexplained) {
      connectFailed(origin.endpoint(), detail);
    } else if (reason != null) {
      rejected(origin.endpoint(), origin.address(), reason, detail);
    }
    remove(connection, 0);
    if (quiesced) {
      quiet(); // it may have been waited for
    }
  }

  private void remove(Connection connection, int left) {
    roster.remove(connection, left);
    Dialing dialing = connection.origin().dialing();
    if (dialing != null) {
      dialing.ended();
    }
  }

  void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
    if (!closing) {
      listener.rejected(endpoint, address, reason, detail);
    }
  }

  void connectFailed(Endpoint endpoint, String why) {
    if (!closing) {
      listener.connectFailed(endpoint, why);
    }
  }

  /** {@return the connections whose peers are known} */
  List<Connection> peers() {
    return roster.peers();
  }

  // ---- the SPI ----

  @Override
  public Endpoint bind(Endpoint endpoint) {
    checkHost(endpoint);
    ServerSocketChannel channel = Sockets.listen(endpoint, context.options().tcp());
    Endpoint got = endpoint;
    try {
      if (channel.getLocalAddress() instanceof InetSocketAddress local) {
        got = endpoint.withPort(local.getPort());
      }
    } catch (IOException e) {
      Sockets.closeAfter(channel, e);
      throw new TrefoilException("cannot bind " + endpoint, e);
    }
    Listening listening = new Listening(this, got, channel);
    boolean late;
    lock.lock();
    try {
      late = closing || quiesced;
      if (!late) {
        bound.put(got, listening);
      }
    } finally {
      lock.unlock();
    }
    if (late) {
      Sockets.closeAfter(channel, new IOException("closed"));
    } else {
      listening.start();
    }
    return got;
  }

  @Override
  public void connect(Endpoint endpoint) {
    checkHost(endpoint);
    Dialing dialing = new Dialing(this, endpoint);
    lock.lock();
    try {
      if (closing || quiesced || dialed.putIfAbsent(endpoint, dialing) != null) {
        return;
      }
    } finally {
      lock.unlock();
    }
    dialing.start();
  }

  private static void checkHost(Endpoint endpoint) {
    if (!endpoint.hasHost()) {
      throw new EndpointException(endpoint.toString(), "zmq needs a host and a port");
    }
  }

  @Override
  public boolean unbind(Endpoint endpoint) {
    Listening listening;
    lock.lock();
    try {
      listening = bound.remove(endpoint);
    } finally {
      lock.unlock();
    }
    if (listening == null) {
      return false;
    }
    listening.close(UNBIND_MILLIS);
    finishThose(endpoint, null);
    return true;
  }

  @Override
  public boolean disconnect(Endpoint endpoint) {
    Dialing dialing;
    lock.lock();
    try {
      dialing = dialed.remove(endpoint);
    } finally {
      lock.unlock();
    }
    if (dialing == null) {
      return false;
    }
    dialing.cancel();
    finishThose(endpoint, dialing);
    return true;
  }

  private void finishThose(Endpoint endpoint, @Nullable Dialing dialing) {
    for (Connection connection : roster.all()) {
      Origin origin = connection.origin();
      if (origin.endpoint().equals(endpoint) && origin.dialing() == dialing) {
        connection.finish(context.options().linger().toNanos());
      }
    }
  }

  @Override
  public int queued() {
    int sum = 0;
    for (Connection connection : peers()) {
      sum += connection.queued();
    }
    return sum;
  }

  @Override
  public void quiesce() {
    quiesced = true;
    stopMeeting(false);
    roster.peers().forEach(each -> each.say(Ping.goodbye(), false));
    lookWhenNamed();
  }

  /** Who has not said by then who it is counts as quiet. */
  private void lookWhenNamed() {
    timekeeper().schedule(Parting.NAME_NANOS, this::quiet);
  }

  @Override
  public boolean isQuiet() {
    return roster.all().stream().allMatch(connection -> connection.parting().isQuiet());
  }

  /** A peer may have sent its last message; loops, and the timer. */
  void quiet() {
    if (!silent) {
      listener.quiet();
    }
  }

  private void stopMeeting(boolean forGood) {
    List<Listening> listeners;
    List<Dialing> dialers;
    lock.lock();
    try {
      listeners = List.copyOf(bound.values());
      dialers = List.copyOf(dialed.values());
      if (forGood) {
        bound.clear();
        dialed.clear();
      }
    } finally {
      lock.unlock();
    }
    for (Dialing dialing : dialers) {
      dialing.cancel();
    }
    for (Listening listening : listeners) {
      listening.close(UNBIND_MILLIS);
    }
  }

  @Override
  public int close(Duration linger) {
    lock.lock();
    try {
      if (closing) {
        return 0;
      }
      closing = true;
    } finally {
      lock.unlock();
    }
    stopMeeting(true);
    long lingerNanos = Math.max(0, linger.toNanos());
    roster.closeAndList().forEach(each -> each.finish(lingerNanos));
    if (!shared.inLoop() && !roster.awaitEmpty(lingerNanos + GRACE_NANOS)) {
      roster.all().forEach(each -> each.abort(DisconnectReason.LOCAL, "closed here"));
      roster.awaitEmpty(FORCE_NANOS);
    }
    doorman().executeAndWait(() -> {}, UNBIND_MILLIS);
    silent = true;
    return roster.unsent();
  }

  // ---- the watch over silent connections ----

  private void tick() {
    if (closing) {
      return;
    }
    long now = nanoTime();
    for (Connection connection : roster.all()) {
      connection.tick(now);
    }
    timekeeper().schedule(Pulse.periodNanos(context.options()), this::tick);
  }
}
