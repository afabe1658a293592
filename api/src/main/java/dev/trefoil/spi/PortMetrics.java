package dev.trefoil.spi;

import dev.trefoil.DisconnectReason;
import dev.trefoil.RejectReason;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of one port: plain adders, read by meters and never waited for.
 *
 * <p>The role counts messages, peers, rejections and losses as it hears of them; a transport counts
 * what only it can see: {@link #dropped} and {@link #heartbeatMissed}. Any thread may call it.
 */
public final class PortMetrics {
  /** Why a message was dropped; also the value of the metric tag {@code reason}. */
  public enum Drop {
    /** A subscriber's queue was full; the oldest message went. */
    OLDEST,
    /** A subscriber's queue was full; the newest message went. */
    NEWEST,
    /** A subscriber's queue stayed full for as long as the publisher would wait. */
    BLOCKED,
    /** The connection was lost with messages queued. */
    CONNECTION_LOST,
    /** The role was closed with messages queued. */
    CLOSED,
    /** A peer that asked left no room for its replies. */
    REPLY_QUEUE_FULL,
    /** The peer that asked was gone when the reply was ready. */
    NO_PEER,
    /** A request had expired before its turn came. */
    EXPIRED,
    /** More frames than the pattern has, from a foreign peer. */
    MULTIPART,
    /** The message was larger than the limit. */
    TOO_LARGE,
    /** The codec threw. */
    CODEC,
    /** The handler failed, and the wire cannot say so. */
    HANDLER,
    /** Bytes that are no message of the pattern. */
    MALFORMED;

    /** {@return the value of the metric tag} */
    public String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Traffic sent = new Traffic();
  private final Traffic received = new Traffic();
  private final LongAdder heartbeatsMissed = new LongAdder();
  private final LongAdder connects = new LongAdder();
  private final Map<Drop, LongAdder> drops = adders(Drop.class);
  private final Map<DisconnectReason, LongAdder> disconnects = adders(DisconnectReason.class);
  private final Map<RejectReason, LongAdder> rejections = adders(RejectReason.class);

  /** Makes one with every count at zero. */
  public PortMetrics() {}

  /** One adder for each constant; the map is never changed afterwards. */
  private static <K extends Enum<K>> Map<K, LongAdder> adders(Class<K> type) {
    Map<K, LongAdder> adders = new EnumMap<>(type);
    for (K key : type.getEnumConstants()) {
      adders.put(key, new LongAdder());
    }
    return adders;
  }

  private static <K> LongAdder of(Map<K, LongAdder> adders, K key) {
    return Objects.requireNonNull(adders.get(key));
  }

  /** Counts messages that were dropped. */
  public void dropped(Drop reason, long count) {
    of(drops, reason).add(count);
  }

  /** Counts a heartbeat that was due and did not come. */
  public void heartbeatMissed() {
    heartbeatsMissed.increment();
  }

  /** Counts a message that a peer's queue took. */
  public void sent(int bytes) {
    sent.add(1, bytes);
  }

  /** Counts a message that several peers' queues took. */
  public void sent(int peers, int bytes) {
    sent.add(peers, (long) peers * bytes);
  }

  /** Counts a message that was received. */
  public void received(int bytes) {
    received.add(1, bytes);
  }

  /** Counts messages that were received together. */
  public void received(int messages, long bytes) {
    received.add(messages, bytes);
  }

  /** Counts a peer that came. */
  public void connected() {
    connects.increment();
  }

  /** Counts a peer that went. */
  public void disconnected(DisconnectReason reason) {
    of(disconnects, reason).increment();
  }

  /** Counts somebody turned away. */
  public void rejected(RejectReason reason) {
    of(rejections, reason).increment();
  }

  /** Adds what another one has counted: how a closed port's counts are kept. */
  public void add(PortMetrics other) {
    sent.add(other.messagesSent(), other.bytesSent());
    received.add(other.messagesReceived(), other.bytesReceived());
    heartbeatsMissed.add(other.heartbeatsMissed());
    connects.add(other.connects());
    other.drops.forEach((reason, count) -> of(drops, reason).add(count.sum()));
    other.disconnects.forEach((reason, count) -> of(disconnects, reason).add(count.sum()));
    other.rejections.forEach((reason, count) -> of(rejections, reason).add(count.sum()));
  }

  /** {@return messages that peers' queues took} */
  public long messagesSent() {
    return sent.messages();
  }

  /** {@return their bytes} */
  public long bytesSent() {
    return sent.bytes();
  }

  /** {@return messages received} */
  public long messagesReceived() {
    return received.messages();
  }

  /** {@return their bytes} */
  public long bytesReceived() {
    return received.bytes();
  }

  /** {@return heartbeats that did not come} */
  public long heartbeatsMissed() {
    return heartbeatsMissed.sum();
  }

  /** {@return peers that came} */
  public long connects() {
    return connects.sum();
  }

  /** {@return messages dropped for a reason} */
  public long drops(Drop reason) {
    return of(drops, reason).sum();
  }

  /** {@return messages dropped for any reason} */
  public long drops() {
    return drops.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** {@return peers that went for a reason} */
  public long disconnects(DisconnectReason reason) {
    return of(disconnects, reason).sum();
  }

  /** {@return peers turned away for a reason} */
  public long rejections(RejectReason reason) {
    return of(rejections, reason).sum();
  }
}
