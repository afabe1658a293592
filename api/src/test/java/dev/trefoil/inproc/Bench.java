package dev.trefoil.inproc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Two transports, as two {@code Messaging} would have them, and what opens ports on them. */
final class Bench implements AutoCloseable {
  private final RealTime time = new RealTime();
  final InprocTransport here = transport("here");
  final InprocTransport there = transport("there");

  /** A port, whoever hears of it, and what it counted. */
  record Opened<P extends Port>(P port, Recorder heard, PortMetrics metrics) {
    Endpoint bind(String endpoint) {
      return port.bind(Endpoint.of(endpoint));
    }

    void close(Duration linger) {
      port.close(linger);
      heard.closed = true;
    }
  }

  private record Context(PortContext given, Recorder recorder, PortMetrics metrics) {
    static Context of(String label, Options options) {
      return of(label, options, new Recorder());
    }

    static Context of(String label, Options options, Recorder recorder) {
      PortMetrics metrics = new PortMetrics();
      return new Context(new PortContext(label, options, metrics, 7), recorder, metrics);
    }
  }

  InprocTransport transport(String label) {
    InprocTransport transport = new InprocTransport();
    transport.start(new TransportContext(label, time, 1, Idle.PARK));
    return transport;
  }

  static Options.Builder options() {
    return Options.builder().reconnectMin(Duration.ofMillis(10));
  }

  Opened<RequestPort> requester() {
    return requester(options().build());
  }

  Opened<RequestPort> requester(Options options) {
    Context context = Context.of("the requester", options);
    return new Opened<>(
        here.openRequest(context.given, context.recorder), context.recorder, context.metrics);
  }

  /** On a transport of its own, or one that is not started. */
  Opened<RequestPort> requester(InprocTransport transport) {
    Context context = Context.of("the requester", options().build());
    return new Opened<>(
        transport.openRequest(context.given, context.recorder), context.recorder, context.metrics);
  }

  Opened<ReplyPort> replier() {
    return replier(options().build());
  }

  Opened<ReplyPort> replier(Options options) {
    Context context = Context.of("the replier", options);
    return new Opened<>(
        there.openReply(context.given, context.recorder), context.recorder, context.metrics);
  }

  Opened<PublishPort> publisher() {
    return publisher(options().build());
  }

  Opened<PublishPort> publisher(Options options) {
    Context context = Context.of("the publisher", options);
    return new Opened<>(
        here.openPublish(context.given, context.recorder), context.recorder, context.metrics);
  }

  Opened<SubscribePort> subscriber() {
    return subscriber(options().build());
  }

  Opened<SubscribePort> subscriber(Options options) {
    return subscriber(options, new Recorder());
  }

  Opened<SubscribePort> subscriber(Options options, Recorder recorder) {
    Context context = Context.of("the subscriber", options, recorder);
    return new Opened<>(
        there.openSubscribe(context.given, context.recorder), context.recorder, context.metrics);
  }

  Opened<PushPort> pusher() {
    return pusher(options().build());
  }

  Opened<PushPort> pusher(Options options) {
    return pusher(options, new Recorder());
  }

  Opened<PushPort> pusher(Options options, Recorder recorder) {
    Context context = Context.of("the pusher", options, recorder);
    return new Opened<>(
        here.openPush(context.given, context.recorder), context.recorder, context.metrics);
  }

  Opened<PullPort> puller() {
    return puller(options().build());
  }

  Opened<PullPort> puller(Options options) {
    return puller(options, new Recorder());
  }

  Opened<PullPort> puller(Options options, Recorder recorder) {
    Context context = Context.of("the puller", options, recorder);
    return new Opened<>(
        there.openPull(context.given, context.recorder), context.recorder, context.metrics);
  }

  /** Binds the one and connects the other, and waits until both know. */
  static Endpoint join(Opened<?> bound, Opened<?> connected) {
    Endpoint at = bound.bind("inproc://*");
    connected.port.connect(at);
    connected.heard.awaitEvent("peerUp");
    bound.heard.awaitEvent("peerUp");
    return at;
  }

  /** {@return how many timers have not run and were not taken back} */
  int pendingTimers() {
    return time.executor.getQueue().size();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Override
  public void close() {
    here.close();
    there.close();
    time.executor.shutdownNow();
  }

  /** The system's clock. */
  private static final class RealTime extends Timekeeper {
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

    private RealTime() {
      executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
      ScheduledFuture<?> future = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
      return new Timeout() {
        @Override
        public boolean cancel() {
          return future.cancel(false);
        }
      };
    }
  }
}
