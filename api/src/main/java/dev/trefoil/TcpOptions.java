package dev.trefoil;

import dev.trefoil.internal.Check;
import java.time.Duration;

/**
 * How sockets are set up, for the transports that have any.
 *
 * <p>Get the defaults from {@link #defaults()}, others from {@link #builder()}, and hand them to
 * {@code Options.builder().tcp(...)}. Immutable: any thread may share one.
 */
public final class TcpOptions {
  private static final TcpOptions DEFAULTS = builder().build();

  private final Builder values;

  private TcpOptions(Builder values) {
    this.values = values;
  }

  /** {@return the options with every default} */
  public static TcpOptions defaults() {
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

  /** {@return whether small writes leave at once} */
  public boolean noDelay() {
    return values.noDelay;
  }

  /** {@return whether the system probes idle connections} */
  public boolean keepAlive() {
    return values.keepAlive;
  }

  /** {@return how long a connection is idle before the first probe} */
  public Duration keepAliveIdle() {
    return values.keepAliveIdle;
  }

  /** {@return the pause between probes} */
  public Duration keepAliveInterval() {
    return values.keepAliveInterval;
  }

  /** {@return how many probes go unanswered before the peer is lost} */
  public int keepAliveCount() {
    return values.keepAliveCount;
  }

  /** {@return the system's send buffer; 0: the system's choice} */
  public int sendBufferBytes() {
    return values.sendBufferBytes;
  }

  /** {@return the system's receive buffer; 0: the system's choice} */
  public int receiveBufferBytes() {
    return values.receiveBufferBytes;
  }

  /** {@return whether a listener may take over an address in TIME_WAIT} */
  public boolean reuseAddress() {
    return values.reuseAddress;
  }

  /** {@return how many connections the system queues for accept} */
  public int backlog() {
    return values.backlog;
  }

  /** {@return how long one attempt to connect may take} */
  public Duration connectTimeout() {
    return values.connectTimeout;
  }

  /** {@return how long a handshake may take} */
  public Duration handshakeTimeout() {
    return values.handshakeTimeout;
  }

  /** {@return how long a peer may take nothing of what is written} */
  public Duration stallTimeout() {
    return values.stallTimeout;
  }

  /** {@return how many connections a role accepts} */
  public int maxConnections() {
    return values.maxConnections;
  }

  /** {@return how many accepted connections may be in their handshake} */
  public int maxPendingHandshakes() {
    return values.maxPendingHandshakes;
  }

  /** Collects options; each is checked when it is set. Not thread-safe. */
  public static final class Builder {
    private boolean noDelay = true;
    private boolean keepAlive = true;
    private Duration keepAliveIdle = Duration.ofSeconds(30);
    private Duration keepAliveInterval = Duration.ofSeconds(10);
    private int keepAliveCount = 3;
    private int sendBufferBytes = 0;
    private int receiveBufferBytes = 0;
    private boolean reuseAddress = true;
    private int backlog = 1024;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private Duration stallTimeout = Duration.ofSeconds(30);
    private int maxConnections = 16384;
    private int maxPendingHandshakes = 1024;

    private Builder() {}

    private Builder(Builder from) {
      noDelay = from.noDelay;
      keepAlive = from.keepAlive;
      keepAliveIdle = from.keepAliveIdle;
      keepAliveInterval = from.keepAliveInterval;
      keepAliveCount = from.keepAliveCount;
      sendBufferBytes = from.sendBufferBytes;
      receiveBufferBytes = from.receiveBufferBytes;
      reuseAddress = from.reuseAddress;
      backlog = from.backlog;
      connectTimeout = from.connectTimeout;
      handshakeTimeout = from.handshakeTimeout;
      stallTimeout = from.stallTimeout;
      maxConnections = from.maxConnections;
      maxPendingHandshakes = from.maxPendingHandshakes;
    }

    /**
     * Turns Nagle's algorithm off, so that a lone message does not wait for an acknowledgement of
     * the one before. Default: true.
     *
     * @param value whether small writes leave at once
     * @return this builder
     */
    public Builder noDelay(boolean value) {
      noDelay = value;
      return this;
    }

    /**
     * Lets the system probe idle connections: the only sign of a dead peer on wires without
     * heartbeats. Default: true.
     *
     * @param value whether the system probes idle connections
     * @return this builder
     */
    public Builder keepAlive(boolean value) {
      keepAlive = value;
      return this;
    }

    /**
     * Sets how long a connection is idle before the first probe. Default: 30 s, where the system's
     * own is two hours. Whole seconds.
     *
     * @param value how long a connection is idle before the first probe
     * @return this builder
     */
    public Builder keepAliveIdle(Duration value) {
      keepAliveIdle = Check.wholeSeconds(value, "keepAliveIdle");
      return this;
    }

    /**
     * Sets the pause between probes. Default: 10 s. Whole seconds.
     *
     * @param value the pause between probes
     * @return this builder
     */
    public Builder keepAliveInterval(Duration value) {
      keepAliveInterval = Check.wholeSeconds(value, "keepAliveInterval");
      return this;
    }

    /**
     * Sets how many probes go unanswered before the peer is lost. Default: 3.
     *
     * @param value how many probes go unanswered before the peer is lost
     * @return this builder
     */
    public Builder keepAliveCount(int value) {
      keepAliveCount = Check.positive(value, "keepAliveCount");
      return this;
    }

    /**
     * Sets SO_SNDBUF. Default: 0, which lets the system adapt it; a fixed one should be bandwidth
     * times round trip.
     *
     * @param value the system's send buffer; 0: the system's choice
     * @return this builder
     */
    public Builder sendBufferBytes(int value) {
      sendBufferBytes = Check.notNegative(value, "sendBufferBytes");
      return this;
    }

    /**
     * Sets SO_RCVBUF. Default: 0, which lets the system adapt it; a fixed one should be bandwidth
     * times round trip.
     *
     * @param value the system's receive buffer; 0: the system's choice
     * @return this builder
     */
    public Builder receiveBufferBytes(int value) {
      receiveBufferBytes = Check.notNegative(value, "receiveBufferBytes");
      return this;
    }

    /**
     * Lets a restarted listener bind an address whose old connections linger. Default: true.
     *
     * @param value whether a listener may take over an address in TIME_WAIT
     * @return this builder
     */
    public Builder reuseAddress(boolean value) {
      reuseAddress = value;
      return this;
    }

    /**
     * Sets how many connections wait in the system to be accepted. Default: 1,024; the system may
     * cap it.
     *
     * @param value how many connections the system queues for accept
     * @return this builder
     */
    public Builder backlog(int value) {
      backlog = Check.positive(value, "backlog");
      return this;
    }

    /**
     * Bounds one attempt to connect to one address. Default: 10 s.
     *
     * @param value how long one attempt to connect may take
     * @return this builder
     */
    public Builder connectTimeout(Duration value) {
      connectTimeout = Check.positive(value, "connectTimeout");
      return this;
    }

    /**
     * Bounds the handshake on a new connection, secured or not. Default: 10 s.
     *
     * @param value how long a handshake may take
     * @return this builder
     */
    public Builder handshakeTimeout(Duration value) {
      handshakeTimeout = Check.positive(value, "handshakeTimeout");
      return this;
    }

    /**
     * Loses a connection whose peer takes nothing of what is written for this long. Default: 30 s.
     * Zero: never.
     *
     * @param value how long a peer may take nothing of what is written
     * @return this builder
     */
    public Builder stallTimeout(Duration value) {
      stallTimeout = Check.notNegative(value, "stallTimeout");
      return this;
    }

    /**
     * Limits the connections that a role accepts; more are turned away and counted. Default:
     * 16,384.
     *
     * @param value how many connections a role accepts
     * @return this builder
     */
    public Builder maxConnections(int value) {
      maxConnections = Check.positive(value, "maxConnections");
      return this;
    }

    /**
     * Limits the accepted connections that have not finished their handshake; more are turned away.
     * Default: 1,024.
     *
     * @param value how many accepted connections may be in their handshake
     * @return this builder
     */
    public Builder maxPendingHandshakes(int value) {
      maxPendingHandshakes = Check.positive(value, "maxPendingHandshakes");
      return this;
    }

    /** {@return the options, which later calls of this builder do not change} */
    public TcpOptions build() {
      return new TcpOptions(new Builder(this));
    }
  }
}
