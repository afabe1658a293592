package dev.trefoil;

import dev.trefoil.internal.Check;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a role may be told; every default of the library stands here and in {@link TcpOptions}.
 *
 * <p>Get the defaults from {@link #defaults()}, others from {@link #builder()}. Immutable: any
 * thread may share one between roles. Each builder method says its default, its unit and what zero
 * means.
 */
public final class Options {
  private static final Options DEFAULTS = builder().build();

  private final Builder values;

  private Options(Builder values) {
    this.values = values;
  }

  /** {@return the options with every default} */
  public static Options defaults() {
    return DEFAULTS;
  }

  /** {@return a builder that starts from the defaults} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return a builder that starts from these options} */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** {@return the role's name in metrics and messages, or null} */
  public @Nullable String name() {
    return values.name;
  }

  /** {@return how long a request waits for its reply} */
  public Duration requestTimeout() {
    return values.requestTimeout;
  }

  /** {@return whether requests may be sent twice} */
  public boolean idempotent() {
    return values.idempotent;
  }

  /** {@return after how long an idempotent request without reply is sent again} */
  public Duration retryInterval() {
    return values.retryInterval;
  }

  /** {@return how long a push waits for room} */
  public Duration sendTimeout() {
    return values.sendTimeout;
  }

  /** {@return how long receive() waits} */
  public Duration receiveTimeout() {
    return values.receiveTimeout;
  }

  /** {@return how long close waits to send what is queued} */
  public Duration linger() {
    return values.linger;
  }

  /** {@return the largest message, sent or received} */
  public int maxMessageBytes() {
    return values.maxMessageBytes;
  }

  /** {@return how many messages wait for one peer, or for any peer} */
  public int sendQueueMessages() {
    return values.sendQueueMessages;
  }

  /** {@return how many bytes wait for one peer} */
  public long sendQueueBytes() {
    return values.sendQueueBytes;
  }

  /** {@return how many received messages wait for the user} */
  public int receiveQueueMessages() {
    return values.receiveQueueMessages;
  }

  /** {@return how many received bytes wait for the user} */
  public long receiveQueueBytes() {
    return values.receiveQueueBytes;
  }

  /** {@return what a publisher does when a subscriber's queue is full} */
  public Overflow overflow() {
    return values.overflow;
  }

  /** {@return what a push promises} */
  public Assurance assurance() {
    return values.assurance;
  }

  /** {@return how often an unacknowledged message is sent} */
  public int maxAttempts() {
    return values.maxAttempts;
  }

  /** {@return how long a puller may take to acknowledge} */
  public Duration acknowledgeTimeout() {
    return values.acknowledgeTimeout;
  }

  /** {@return how many unacknowledged messages a puller takes} */
  public int prefetch() {
    return values.prefetch;
  }

  /** {@return to how many that may grow} */
  public int prefetchUpTo() {
    return values.prefetchUpTo;
  }

  /** {@return how many messages a pusher keeps unacknowledged} */
  public int inFlight() {
    return values.inFlight;
  }

  /** {@return how many calls of the handler run at once; 0: the role's own default} */
  public int handlerConcurrency() {
    return values.handlerConcurrency;
  }

  /** {@return which thread runs the handler} */
  public Execution execution() {
    return values.execution;
  }

  /** {@return the pause before the first new attempt to connect} */
  public Duration reconnectMin() {
    return values.reconnectMin;
  }

  /** {@return the longest pause between attempts to connect} */
  public Duration reconnectMax() {
    return values.reconnectMax;
  }

  /** {@return how often an idle connection is checked} */
  public Duration heartbeatInterval() {
    return values.heartbeatInterval;
  }

  /** {@return how many missed heartbeats lose a peer} */
  public int heartbeatMisses() {
    return values.heartbeatMisses;
  }

  /** {@return how sockets are set up} */
  public TcpOptions tcp() {
    return values.tcp;
  }

  /** {@return who is told of peers, or null} */
  public @Nullable PeerListener peerListener() {
    return values.peerListener;
  }

  /** {@return who is told of dead letters, or null} */
  public @Nullable DeadLetterListener deadLetters() {
    return values.deadLetters;
  }

  /**
   * The settings of one transport, such as its keys.
   *
   * @param type the settings' class
   * @param <S> the settings' class
   * @return the settings, or null if the user gave none
   */
  public <S extends TransportSettings> @Nullable S settings(Class<S> type) {
    return type.cast(values.settings.get(type));
  }

  /** Collects options; each is checked when it is set. Not thread-safe. */
  public static final class Builder {
    private @Nullable String name;
    private Duration requestTimeout = Duration.ofSeconds(5);
    private boolean idempotent = false;
    private Duration retryInterval = Duration.ZERO;
    private Duration sendTimeout = Duration.ofSeconds(5);
    private Duration receiveTimeout = Duration.ZERO;
    private Duration linger = Duration.ofSeconds(1);
    private int maxMessageBytes = 16 * 1024 * 1024;
    private int sendQueueMessages = 8192;
    private long sendQueueBytes = 16L * 1024 * 1024;
    private int receiveQueueMessages = 8192;
    private long receiveQueueBytes = 16L * 1024 * 1024;
    private Overflow overflow = Overflow.DROP_OLDEST;
    private Assurance assurance = Assurance.AT_MOST_ONCE;
    private int maxAttempts = 5;
    private Duration acknowledgeTimeout = Duration.ofSeconds(30);
    private int prefetch = 256;
    private int prefetchUpTo = 8192;
    private int inFlight = 8192;
    private int handlerConcurrency = 0;
    private Execution execution = Execution.EXECUTOR;
    private Duration reconnectMin = Duration.ofMillis(100);
    private Duration reconnectMax = Duration.ofSeconds(10);
    private Duration heartbeatInterval = Duration.ofSeconds(10);
    private int heartbeatMisses = 3;
    private TcpOptions tcp = TcpOptions.defaults();
    private @Nullable PeerListener peerListener;
    private @Nullable DeadLetterListener deadLetters;
    private final Map<Class<?>, TransportSettings> settings = new LinkedHashMap<>();

    private Builder() {}

    private Builder(Builder from) {
      name = from.name;
      requestTimeout = from.requestTimeout;
      idempotent = from.idempotent;
      retryInterval = from.retryInterval;
      sendTimeout = from.sendTimeout;
      receiveTimeout = from.receiveTimeout;
      linger = from.linger;
      maxMessageBytes = from.maxMessageBytes;
      sendQueueMessages = from.sendQueueMessages;
      sendQueueBytes = from.sendQueueBytes;
      receiveQueueMessages = from.receiveQueueMessages;
      receiveQueueBytes = from.receiveQueueBytes;
      overflow = from.overflow;
      assurance = from.assurance;
      maxAttempts = from.maxAttempts;
      acknowledgeTimeout = from.acknowledgeTimeout;
      prefetch = from.prefetch;
      prefetchUpTo = from.prefetchUpTo;
      inFlight = from.inFlight;
      handlerConcurrency = from.handlerConcurrency;
      execution = from.execution;
      reconnectMin = from.reconnectMin;
      reconnectMax = from.reconnectMax;
      heartbeatInterval = from.heartbeatInterval;
      heartbeatMisses = from.heartbeatMisses;
      tcp = from.tcp;
      peerListener = from.peerListener;
      deadLetters = from.deadLetters;
      settings.putAll(from.settings);
    }

    /**
     * Names the role in metrics, messages and logs. Default: none; logs then number it.
     *
     * @param value not blank; the tag {@code name} of the role's meters
     * @return this builder
     */
    public Builder name(String value) {
      name = Check.notBlank(value, "name");
      return this;
    }

    /**
     * Bounds a request that names no timeout of its own. Default: 5 s. Must be positive.
     *
     * @param value how long a request waits for its reply
     * @return this builder
     */
    public Builder requestTimeout(Duration value) {
      requestTimeout = Check.positive(value, "requestTimeout");
      return this;
    }

    /**
     * Says that requests may be sent twice, so that the library sends them again when a peer is
     * lost. Default: false.
     *
     * @param value whether requests may be sent twice
     * @return this builder
     */
    public Builder idempotent(boolean value) {
      idempotent = value;
      return this;
    }

    /**
     * Sends an idempotent request again, to another peer if there is one, when no reply came for
     * this long. Default: zero, which means only when the peer is lost.
     *
     * @param value after how long an idempotent request without reply is sent again
     * @return this builder
     */
    public Builder retryInterval(Duration value) {
      retryInterval = Check.notNegative(value, "retryInterval");
      return this;
    }

    /**
     * Bounds a push, and a publish under Overflow.BLOCK, while no peer has room. Default: 5 s.
     * Zero: do not wait.
     *
     * @param value how long a push waits for room
     * @return this builder
     */
    public Builder sendTimeout(Duration value) {
      sendTimeout = Check.notNegative(value, "sendTimeout");
      return this;
    }

    /**
     * Bounds receive() without a timeout of its own. Default: zero, which means until a message
     * comes or the role is closed.
     *
     * @param value how long receive() waits
     * @return this builder
     */
    public Builder receiveTimeout(Duration value) {
      receiveTimeout = Check.notNegative(value, "receiveTimeout");
      return this;
    }

    /**
     * Bounds how long close goes on sending what is queued. Default: 1 s. Zero: drop it.
     *
     * @param value how long close waits to send what is queued
     * @return this builder
     */
    public Builder linger(Duration value) {
      linger = Check.notNegative(value, "linger");
      return this;
    }

    /**
     * Limits the size of a message. Larger: refused before sending, and a peer that announces one
     * is disconnected before anything is allocated. Default: 16 MiB.
     *
     * @param value the largest message, sent or received
     * @return this builder
     */
    public Builder maxMessageBytes(int value) {
      maxMessageBytes = Check.positive(value, "maxMessageBytes");
      return this;
    }

    /**
     * Limits the messages queued to each peer, and the requests queued while no peer has room.
     * Default: 8,192.
     *
     * @param value how many messages wait for one peer, or for any peer
     * @return this builder
     */
    public Builder sendQueueMessages(int value) {
      sendQueueMessages = Check.positive(value, "sendQueueMessages");
      return this;
    }

    /**
     * Limits the bytes queued to each peer; one message is always let in. Default: 16 MiB.
     *
     * @param value how many bytes wait for one peer
     * @return this builder
     */
    public Builder sendQueueBytes(long value) {
      sendQueueBytes = Check.positive(value, "sendQueueBytes");
      return this;
    }

    /**
     * Limits the messages between the wire and the user; when it is reached the wire is paused.
     * Default: 8,192.
     *
     * @param value how many received messages wait for the user
     * @return this builder
     */
    public Builder receiveQueueMessages(int value) {
      receiveQueueMessages = Check.positive(value, "receiveQueueMessages");
      return this;
    }

    /**
     * Limits the bytes between the wire and the user; when it is reached the wire is paused.
     * Default: 16 MiB.
     *
     * @param value how many received bytes wait for the user
     * @return this builder
     */
    public Builder receiveQueueBytes(long value) {
      receiveQueueBytes = Check.positive(value, "receiveQueueBytes");
      return this;
    }

    /**
     * Chooses what a publisher does with a message for a subscriber whose queue is full. Default:
     * DROP_OLDEST.
     *
     * @param value what a publisher does when a subscriber's queue is full
     * @return this builder
     */
    public Builder overflow(Overflow value) {
      overflow = Objects.requireNonNull(value, "overflow must not be null");
      return this;
    }

    /**
     * Chooses what a push promises; pusher and puller say the same. Default: AT_MOST_ONCE.
     *
     * @param value what a push promises
     * @return this builder
     */
    public Builder assurance(Assurance value) {
      assurance = Objects.requireNonNull(value, "assurance must not be null");
      return this;
    }

    /**
     * Limits how often a message pushed at-least-once is sent before it is a dead letter. Default:
     * 5.
     *
     * @param value how often an unacknowledged message is sent
     * @return this builder
     */
    public Builder maxAttempts(int value) {
      maxAttempts = Check.positive(value, "maxAttempts");
      return this;
    }

    /**
     * Sends a message pushed at-least-once to another puller when it was not acknowledged for this
     * long. Default: 30 s.
     *
     * @param value how long a puller may take to acknowledge
     * @return this builder
     */
    public Builder acknowledgeTimeout(Duration value) {
      acknowledgeTimeout = Check.positive(value, "acknowledgeTimeout");
      return this;
    }

    /**
     * Limits the messages that a puller holds unacknowledged, so that a slow one does not hoard.
     * Default: 256, growing as {@link #prefetchUpTo} has it. One that is set does not grow, unless
     * that is set after it.
     *
     * @param value how many unacknowledged messages a puller takes
     * @return this builder
     */
    public Builder prefetch(int value) {
      prefetch = Check.positive(value, "prefetch");
      prefetchUpTo = value;
      return this;
    }

    /**
     * Lets the {@link #prefetch} of a quick puller grow, where the wire can tell: it doubles as
     * long as what came is acknowledged within 10 ms and the pusher waits, and is halved when
     * something is not acknowledged for 40 ms. Default: 8,192.
     *
     * @param value how many unacknowledged messages a quick puller takes; no more than prefetch: it
     *     does not grow
     * @return this builder
     */
    public Builder prefetchUpTo(int value) {
      prefetchUpTo = Check.positive(value, "prefetchUpTo");
      return this;
    }

    /**
     * Limits the messages that a pusher keeps until they are acknowledged; then push waits.
     * Default: 8,192.
     *
     * @param value how many messages a pusher keeps unacknowledged
     * @return this builder
     */
    public Builder inFlight(int value) {
      inFlight = Check.positive(value, "inFlight");
      return this;
    }

    /**
     * Limits how many calls of the handler run at once. Default: 0, which means 1 for Subscriber
     * and Puller, so that order is kept, and 64 for Replier.
     *
     * @param value how many calls of the handler run at once; 0: the role's own default
     * @return this builder
     */
    public Builder handlerConcurrency(int value) {
      handlerConcurrency = Check.notNegative(value, "handlerConcurrency");
      return this;
    }

    /**
     * Chooses which thread runs the handler. Default: EXECUTOR.
     *
     * @param value which thread runs the handler
     * @return this builder
     */
    public Builder execution(Execution value) {
      execution = Objects.requireNonNull(value, "execution must not be null");
      return this;
    }

    /**
     * Sets the first pause between attempts to connect; it doubles up to reconnectMax, and each
     * pause is drawn at random below it. Default: 100 ms.
     *
     * @param value the pause before the first new attempt to connect
     * @return this builder
     */
    public Builder reconnectMin(Duration value) {
      reconnectMin = Check.positive(value, "reconnectMin");
      return this;
    }

    /**
     * Sets the longest pause between attempts to connect. Default: 10 s.
     *
     * @param value the longest pause between attempts to connect
     * @return this builder
     */
    public Builder reconnectMax(Duration value) {
      reconnectMax = Check.positive(value, "reconnectMax");
      return this;
    }

    /**
     * Sets how often a connection that is otherwise silent is checked, where the wire has
     * heartbeats. Default: 10 s. Zero: never.
     *
     * @param value how often an idle connection is checked
     * @return this builder
     */
    public Builder heartbeatInterval(Duration value) {
      heartbeatInterval = Check.notNegative(value, "heartbeatInterval");
      return this;
    }

    /**
     * Sets after how many intervals without a sign of life a peer is lost. Default: 3.
     *
     * @param value how many missed heartbeats lose a peer
     * @return this builder
     */
    public Builder heartbeatMisses(int value) {
      heartbeatMisses = Check.positive(value, "heartbeatMisses");
      return this;
    }

    /**
     * Sets up sockets; see TcpOptions.
     *
     * @param value how sockets are set up
     * @return this builder
     */
    public Builder tcp(TcpOptions value) {
      tcp = Objects.requireNonNull(value, "tcp must not be null");
      return this;
    }

    /**
     * Sets who is told how peers come and go. Default: nobody.
     *
     * @param value who is told of peers
     * @return this builder
     */
    public Builder peerListener(PeerListener value) {
      peerListener = Objects.requireNonNull(value, "peerListener must not be null");
      return this;
    }

    /**
     * Sets who is told of messages that were given up. Default: nobody; they are counted and
     * logged.
     *
     * @param value who is told of dead letters
     * @return this builder
     */
    public Builder deadLetters(DeadLetterListener value) {
      deadLetters = Objects.requireNonNull(value, "deadLetters must not be null");
      return this;
    }

    /**
     * Adds what only one transport understands, such as TLS or CURVE keys.
     *
     * @param value replaces settings of the same class
     * @return this builder
     */
    public Builder settings(TransportSettings value) {
      Objects.requireNonNull(value, "settings must not be null");
      settings.put(value.getClass(), value);
      return this;
    }

    /** {@return the options, which later calls of this builder do not change} */
    public Options build() {
      return new Options(new Builder(this));
    }
  }
}
