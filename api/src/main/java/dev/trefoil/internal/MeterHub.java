package dev.trefoil.internal;

import dev.trefoil.DisconnectReason;
import dev.trefoil.RejectReason;
import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.PortMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Binds the counters of all roles to a registry. Roles with the same tags share their meters, which
 * then show the sum; a closed role's counts stay in it, so that counters never fall. Every {@code
 * Messaging} with the same registry shares the hub, since a registry has one meter of each name and
 * tags; the last one that closes takes the meters away.
 *
 * <p>{@code HUBS_LOCK} guards the hubs and how many share each; {@code lock} the groups and the
 * list of meters; a group's {@code moving} what its closed roles had counted. They are taken in
 * this order.
 */
final class MeterHub {
  private static final Set<Outcome> REQUEST_OUTCOMES =
      EnumSet.complementOf(EnumSet.of(Outcome.ERROR, Outcome.EXPIRED));
  private static final Set<Outcome> HANDLER_OUTCOMES =
      EnumSet.of(Outcome.SUCCESS, Outcome.ERROR, Outcome.CODEC, Outcome.EXPIRED);

  private static final ReentrantLock HUBS_LOCK = new ReentrantLock();
  private static final IdentityHashMap<MeterRegistry, MeterHub> HUBS = new IdentityHashMap<>();

  private final @Nullable MeterRegistry registry;
  private int sharers; // guarded by HUBS_LOCK
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Tags, Group> groups = new HashMap<>();
  private final List<Meter> meters = new ArrayList<>();

  private MeterHub(@Nullable MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * The hub of a registry, to be given back by {@link #release}; without registry it does nothing.
   */
  static MeterHub of(@Nullable MeterRegistry registry) {
    if (registry == null) {
      return new MeterHub(null);
    }
    HUBS_LOCK.lock();
    try {
      MeterHub hub = HUBS.computeIfAbsent(registry, MeterHub::new);
      hub.sharers++;
      return hub;
    } finally {
      HUBS_LOCK.unlock();
    }
  }

  /** One role on one transport, as the meters see it. */
  record Source(SlotMetrics metrics, IntSupplier queueDepth) {}

  /** The roles with the same tags: the open ones, and what the closed ones had counted. */
  private static final class Group {
    final SlotMetrics closed = new SlotMetrics();
    final List<Source> open = new CopyOnWriteArrayList<>();

    /** Held while a role's counts move over, so that no reader sees a counter fall. */
    final ReentrantLock moving = new ReentrantLock();

    double count(ToLongFunction<SlotMetrics> read) {
      moving.lock();
      try {
        return read.applyAsLong(closed) + now(source -> read.applyAsLong(source.metrics()));
      } finally {
        moving.unlock();
      }
    }

    void close(Source source) {
      moving.lock();
      try {
        if (open.remove(source)) {
          closed.add(source.metrics());
        }
      } finally {
        moving.unlock();
      }
    }

    double now(ToDoubleFunction<Source> read) {
      double sum = 0;
      for (Source source : open) {
        sum += read.applyAsDouble(source);
      }
      return sum;
    }
  }

  void add(RoleKind kind, @Nullable String name, String transport, Source source) {
    MeterRegistry to = registry;
    if (to == null) {
      return;
    }
    Tags tags = tags(kind, name, transport);
    lock.lock();
    try {
      Group group = groups.get(tags);
      if (group == null) {
        group = new Group();
        groups.put(tags, group);
        bindMessages(to, tags, group);
        bindPeers(to, tags, group);
        bindPattern(to, tags, group, kind);
      }
      group.open.add(source);
    } finally {
      lock.unlock();
    }
  }

  /** A role was closed: its gauges go, its counts stay. */
  void remove(RoleKind kind, @Nullable String name, String transport, Source source) {
    lock.lock();
    try {
      Group group = groups.get(tags(kind, name, transport));
      if (group != null) {
        group.close(source);
      }
    } finally {
      lock.unlock();
    }
  }

  /** One {@code Messaging} less shares this. */
  void release() {
    if (registry == null) {
      return;
    }
    HUBS_LOCK.lock();
    try {
      sharers--;
      if (sharers > 0) {
        return;
      }
      HUBS.remove(registry);
      takeAway(registry); // before another hub may put meters of the same names there
    } finally {
      HUBS_LOCK.unlock();
    }
  }

  private void takeAway(MeterRegistry from) {
    lock.lock();
    try {
      meters.forEach(from::remove);
      meters.clear();
      groups.clear();
    } finally {
      lock.unlock();
    }
  }

  private static Tags tags(RoleKind kind, @Nullable String name, String transport) {
    // Always the same tag keys: Prometheus wants that of all meters with one name.
    return Tags.of(
        "transport",
        transport,
        "pattern",
        kind.pattern(),
        "role",
        kind.role(),
        "name",
        name == null ? "" : name);
  }

  private void bindMessages(MeterRegistry to, Tags tags, Group group) {
    counter(to, "trefoil.messages.sent", tags, group, m -> m.port.messagesSent());
    counter(to, "trefoil.messages.received", tags, group, m -> m.port.messagesReceived());
    counter(to, "trefoil.bytes.sent", tags, group, m -> m.port.bytesSent());
    counter(to, "trefoil.bytes.received", tags, group, m -> m.port.bytesReceived());
    for (PortMetrics.Drop drop : PortMetrics.Drop.values()) {
      Tags reason = tags.and("reason", drop.tag());
      counter(to, "trefoil.messages.dropped", reason, group, m -> m.port.drops(drop));
    }
    gauge(to, "trefoil.queue.depth", tags, group, s -> s.queueDepth().getAsInt());
  }

  private void bindPeers(MeterRegistry to, Tags tags, Group group) {
    gauge(to, "trefoil.peers", tags, group, s -> s.metrics().peers.get());
    counter(to, "trefoil.connects", tags, group, m -> m.port.connects());
    counter(to, "trefoil.heartbeats.missed", tags, group, m -> m.port.heartbeatsMissed());
    for (DisconnectReason why : DisconnectReason.values()) {
      Tags reason = tags.and("reason", why.tag());
      counter(to, "trefoil.disconnects", reason, group, m -> m.port.disconnects(why));
    }
    for (RejectReason why : RejectReason.values()) {
      Tags reason = tags.and("reason", why.tag());
      counter(to, "trefoil.rejected", reason, group, m -> m.port.rejections(why));
    }
  }

  private void bindPattern(MeterRegistry to, Tags tags, Group group, RoleKind kind) {
    if (kind == RoleKind.REQUESTER) {
      timer(to, "trefoil.requests", tags, group, REQUEST_OUTCOMES, m -> m.requests);
      gauge(
          to, "trefoil.requests.outstanding", tags, group, s -> s.metrics().outstanding.getAsInt());
      counter(to, "trefoil.replies.late", tags, group, m -> m.lateReplies.sum());
    }
    if (kind == RoleKind.PUSHER) {
      counter(to, "trefoil.messages.redelivered", tags, group, m -> m.redelivered.sum());
      counter(to, "trefoil.messages.dead", tags, group, m -> m.dead.sum());
    }
    if (kind.receives()) {
      timer(to, "trefoil.handler", tags, group, HANDLER_OUTCOMES, m -> m.handler);
    }
  }

  private void counter(
      MeterRegistry to, String name, Tags tags, Group group, ToLongFunction<SlotMetrics> read) {
    meters.add(FunctionCounter.builder(name, group, g -> g.count(read)).tags(tags).register(to));
  }

  private void gauge(
      MeterRegistry to, String name, Tags tags, Group group, ToDoubleFunction<Source> read) {
    meters.add(Gauge.builder(name, group, g -> g.now(read)).tags(tags).register(to));
  }

  private void timer(
      MeterRegistry to,
      String name,
      Tags tags,
      Group group,
      Set<Outcome> outcomes,
      Function<SlotMetrics, Timings> read) {
    for (Outcome outcome : outcomes) {
      meters.add(
          FunctionTimer.builder(
                  name,
                  group,
                  g -> (long) g.count(m -> read.apply(m).count(outcome)),
                  g -> g.count(m -> read.apply(m).nanos(outcome)),
                  TimeUnit.NANOSECONDS)
              .tags(tags.and("outcome", outcome.tag()))
              .register(to));
    }
  }
}
