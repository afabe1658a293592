package dev.trefoil;

import dev.trefoil.internal.Check;
import dev.trefoil.internal.MessagingCore;
import dev.trefoil.internal.PublishCore;
import dev.trefoil.internal.PullCore;
import dev.trefoil.internal.PushCore;
import dev.trefoil.internal.ReplyCore;
import dev.trefoil.internal.RequestCore;
import dev.trefoil.internal.SubscribeCore;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.Transport;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where everything starts: makes the six roles, and owns the threads, timers and meters that they
 * share.
 *
 * <p>Get one from {@link #create()} or {@link #builder()}; a program usually has one. Any thread
 * may call it. Close it at the end, which closes its roles. Its threads are daemons: they do not
 * keep the program alive.
 */
public final class Messaging implements AutoCloseable {
  private final MessagingCore core;
  private final Options defaults;

  private Messaging(Builder builder) {
    this.defaults = builder.options;
    this.core =
        new MessagingCore(
            builder.name,
            builder.ioThreads,
            builder.idle,
            builder.handlerExecutor,
            builder.meterRegistry,
            builder.timekeeper,
            builder.transports);
  }

  /**
   * One with every default, and the transports that the class path has.
   *
   * @return to be closed at the end
   */
  public static Messaging create() {
    return builder().build();
  }

  /**
   * For one with other threads, meters or defaults.
   *
   * @return a builder that starts from the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A role that asks.
   *
   * @param requests turns requests into bytes
   * @param replies turns bytes into replies
   * @param <Q> the type of requests
   * @param <R> the type of replies
   * @return to be connected or bound, and closed at the end
   */
  public <Q, R> Requester<Q, R> requester(Codec<Q> requests, Codec<R> replies) {
    return requester(requests, replies, defaults);
  }

  /** As {@link #requester(Codec, Codec)}, with options of its own. */
  public <Q, R> Requester<Q, R> requester(Codec<Q> requests, Codec<R> replies, Options options) {
    RequestCore<Q, R> role = new RequestCore<>(core, options, codec(requests), codec(replies));
    return new Requester<>(core.register(role), options.idempotent());
  }

  /**
   * A role that answers, by {@link Replier#receive}.
   *
   * @param requests turns bytes into requests
   * @param replies turns replies into bytes
   * @param <Q> the type of requests
   * @param <R> the type of replies
   * @return to be bound or connected, and closed at the end
   */
  public <Q, R> Replier<Q, R> replier(Codec<Q> requests, Codec<R> replies) {
    return replier(requests, replies, defaults);
  }

  /** As {@link #replier(Codec, Codec)}, with options of its own. */
  public <Q, R> Replier<Q, R> replier(Codec<Q> requests, Codec<R> replies, Options options) {
    return newReplier(requests, replies, null, options);
  }

  /** As {@link #replier(Codec, Codec)}, with a handler that answers. */
  public <Q, R> Replier<Q, R> replier(
      Codec<Q> requests, Codec<R> replies, RequestHandler<Q, R> handler) {
    return replier(requests, replies, handler, defaults);
  }

  /** As {@link #replier(Codec, Codec)}, with a handler that answers and options of its own. */
  public <Q, R> Replier<Q, R> replier(
      Codec<Q> requests, Codec<R> replies, RequestHandler<Q, R> handler, Options options) {
    return newReplier(requests, replies, handler(handler), options);
  }

  private <Q, R> Replier<Q, R> newReplier(
      Codec<Q> requests,
      Codec<R> replies,
      @Nullable RequestHandler<Q, R> handler,
      Options options) {
    ReplyCore<Q, R, Request<Q, R>> role =
        new ReplyCore<>(core, options, codec(requests), codec(replies), handler, Request::new);
    return new Replier<>(core.register(role));
  }

  /**
   * A role that sends to all who want it.
   *
   * @param values turns values into bytes
   * @param <T> the type of the values
   * @return to be bound or connected, and closed at the end
   */
  public <T> Publisher<T> publisher(Codec<T> values) {
    return publisher(values, defaults);
  }

  /** As {@link #publisher(Codec)}, with options of its own. */
  public <T> Publisher<T> publisher(Codec<T> values, Options options) {
    return new Publisher<>(core.register(new PublishCore<>(core, options, codec(values))));
  }

  /**
   * A role that gets what is published, by {@link Subscriber#receive} or {@link Subscriber#flow}.
   *
   * @param values turns bytes into values
   * @param <T> the type of the values
   * @return to be connected or bound, subscribed, and closed at the end
   */
  public <T> Subscriber<T> subscriber(Codec<T> values) {
    return subscriber(values, defaults);
  }

  /** As {@link #subscriber(Codec)}, with options of its own. */
  public <T> Subscriber<T> subscriber(Codec<T> values, Options options) {
    return newSubscriber(values, null, options);
  }

  /** As {@link #subscriber(Codec)}, with a handler. */
  public <T> Subscriber<T> subscriber(Codec<T> values, Handler<T> handler) {
    return subscriber(values, handler, defaults);
  }

  /** As {@link #subscriber(Codec)}, with a handler and options of its own. */
  public <T> Subscriber<T> subscriber(Codec<T> values, Handler<T> handler, Options options) {
    return newSubscriber(values, handler(handler), options);
  }

  private <T> Subscriber<T> newSubscriber(
      Codec<T> values, @Nullable Handler<T> handler, Options options) {
    SubscribeCore<T, Delivery<T>> role =
        new SubscribeCore<>(core, options, codec(values), Deliveries.of(values, handler));
    return new Subscriber<>(core.register(role));
  }

  /**
   * A role that hands out work.
   *
   * @param values turns values into bytes
   * @param <T> the type of the values
   * @return to be bound or connected, and closed at the end
   */
  public <T> Pusher<T> pusher(Codec<T> values) {
    return pusher(values, defaults);
  }

  /** As {@link #pusher(Codec)}, with options of its own. */
  public <T> Pusher<T> pusher(Codec<T> values, Options options) {
    return new Pusher<>(core.register(new PushCore<>(core, options, codec(values))));
  }

  /**
   * A role that takes work, by {@link Puller#receive} or {@link Puller#flow}.
   *
   * @param values turns bytes into values
   * @param <T> the type of the values
   * @return to be connected or bound, and closed at the end
   */
  public <T> Puller<T> puller(Codec<T> values) {
    return puller(values, defaults);
  }

  /** As {@link #puller(Codec)}, with options of its own. */
  public <T> Puller<T> puller(Codec<T> values, Options options) {
    return newPuller(values, null, options);
  }

  /** As {@link #puller(Codec)}, with a handler. */
  public <T> Puller<T> puller(Codec<T> values, Handler<T> handler) {
    return puller(values, handler, defaults);
  }

  /** As {@link #puller(Codec)}, with a handler and options of its own. */
  public <T> Puller<T> puller(Codec<T> values, Handler<T> handler, Options options) {
    return newPuller(values, handler(handler), options);
  }

  private <T> Puller<T> newPuller(Codec<T> values, @Nullable Handler<T> handler, Options options) {
    PullCore<T, Delivery<T>> role =
        new PullCore<>(core, options, codec(values), Deliveries.of(values, handler));
    return new Puller<>(core.register(role));
  }

  /**
   * The schemes that endpoints may have here.
   *
   * @return sorted
   */
  public List<String> schemes() {
    return core.schemes();
  }

  /**
   * Ends all roles in order, at once: they take no new work, finish what is in hand, say goodbye
   * and close; then closes this.
   *
   * @param timeout how long that may take; what is not done by then is dropped
   * @return what was left undone, summed over the roles
   * @throws InterruptedException if interrupted; everything is closed all the same
   */
  public DrainReport drain(Duration timeout) throws InterruptedException {
    return core.drain(Check.notNegative(timeout, "timeout"));
  }

  /**
   * Closes all roles, then the transports, the handler threads, the timer and the meters. Handlers
   * that still run after a second are interrupted; an executor that the user gave is left alone.
   * Idempotent, and bounded by the roles' linger and a little more.
   */
  @Override
  public void close() {
    core.close();
  }

  private static <C> Codec<C> codec(Codec<C> codec) {
    return Objects.requireNonNull(codec, "a codec must not be null");
  }

  private static <H> H handler(H handler) {
    return Objects.requireNonNull(handler, "the handler must not be null: leave it out to receive");
  }

  /** Collects what a {@link Messaging} is made of. Not thread-safe. */
  public static final class Builder {
    private String name = "default";
    private int ioThreads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private Idle idle = Idle.PARK;
    private Options options = Options.defaults();
    private @Nullable Executor handlerExecutor;
    private @Nullable MeterRegistry meterRegistry;
    private @Nullable Timekeeper timekeeper;
    private final List<Transport> transports = new ArrayList<>();

    private Builder() {}

    /**
     * Names it in thread names. Default: {@code default}.
     *
     * @param value not blank
     * @return this builder
     */
    public Builder name(String value) {
      name = Check.notBlank(value, "name");
      return this;
    }

    /**
     * Sets how many I/O threads each transport runs. Default: half the processors, at least 1.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder ioThreads(int value) {
      ioThreads = Check.positive(value, "ioThreads");
      return this;
    }

    /**
     * Sets how I/O threads and waiting callers pass the time. Default: {@link Idle#PARK}.
     *
     * @param value how
     * @return this builder
     */
    public Builder idle(Idle value) {
      idle = Objects.requireNonNull(value, "idle must not be null");
      return this;
    }

    /**
     * Sets the options of roles that are given none. Default: {@link Options#defaults()}.
     *
     * @param value the options
     * @return this builder
     */
    public Builder options(Options value) {
      options = Objects.requireNonNull(value, "options must not be null");
      return this;
    }

    /**
     * Sets what runs handlers and listeners. It stays the user's: it is not shut down. Default:
     * virtual threads where the JVM has them, else a bounded pool.
     *
     * @param value runs each task on another thread than the caller's
     * @return this builder
     */
    public Builder handlerExecutor(Executor value) {
      handlerExecutor = Objects.requireNonNull(value, "handlerExecutor must not be null");
      return this;
    }

    /**
     * Binds the meters. They are read off plain counters. Several {@link Messaging} may share a
     * registry, whose meters then show the sum; they are removed when the last of them is closed.
     * Default: none.
     *
     * @param value where the meters go
     * @return this builder
     */
    public Builder meterRegistry(MeterRegistry value) {
      meterRegistry = Objects.requireNonNull(value, "meterRegistry must not be null");
      return this;
    }

    /**
     * Adds a transport; it takes the place of any other with one of its schemes. Default: those
     * that {@link java.util.ServiceLoader} finds.
     *
     * @param value not started; belongs to the {@link Messaging} from then on
     * @return this builder
     */
    public Builder transport(Transport value) {
      transports.add(Objects.requireNonNull(value, "transport must not be null"));
      return this;
    }

    /**
     * Replaces the clock and the timer, for tests and simulations. It stays the user's. Deadlines
     * of requests, retries, acknowledgements and the transports go by it; a thread that waits in a
     * call sleeps by the system's clock all the same. Default: a timer wheel on the system's clock.
     *
     * @param value the clock and the timer
     * @return this builder
     */
    public Builder timekeeper(Timekeeper value) {
      timekeeper = Objects.requireNonNull(value, "timekeeper must not be null");
      return this;
    }

    /**
     * Makes it. No thread starts before a role needs it.
     *
     * @return to be closed at the end
     */
    public Messaging build() {
      return new Messaging(this);
    }
  }
}
