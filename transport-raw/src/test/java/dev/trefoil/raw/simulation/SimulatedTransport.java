package dev.trefoil.raw.simulation;

import dev.trefoil.Overflow;
import dev.trefoil.raw.RawTransport;
import dev.trefoil.raw.session.Audience;
import dev.trefoil.raw.session.Interests;
import dev.trefoil.raw.session.PublisherSide;
import dev.trefoil.raw.session.PullerSide;
import dev.trefoil.raw.session.PusherSide;
import dev.trefoil.raw.session.ReplierSide;
import dev.trefoil.raw.session.RequesterSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.session.SubscriberSide;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The raw transport with its real sessions over a simulated network. */
final class SimulatedTransport implements Transport {
  private final RawTransport real = new RawTransport();
  private final SimulatedNetwork network;
  private final Book book;
  private final Fault fault;

  SimulatedTransport(SimulatedNetwork network, Book book, Fault fault) {
    this.network = network;
    this.book = book;
    this.fault = fault;
  }

  SimulatedNetwork network() {
    return network;
  }

  Book book() {
    return book;
  }

  @Override
  public String name() {
    return "simulated";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("raw", "sp");
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return real.capabilities(scheme);
  }

  @Override
  public void start(TransportContext context) {
    // The world runs already.
  }

  @Override
  public RequestPort openRequest(PortContext context, RequestPort.Listener role) {
    return new Requesting(context, fault.in(role, network.world()));
  }

  @Override
  public ReplyPort openReply(PortContext context, ReplyPort.Listener role) {
    return new Replying(context, fault.in(role, network.world()));
  }

  @Override
  public PublishPort openPublish(PortContext context, PublishPort.Listener role) {
    return new Publishing(context, role);
  }

  @Override
  public SubscribePort openSubscribe(PortContext context, SubscribePort.Listener role) {
    return new Subscribing(context, role);
  }

  @Override
  public PushPort openPush(PortContext context, PushPort.Listener role) {
    return new Pushing(context, fault.in(role));
  }

  @Override
  public PullPort openPull(PortContext context, PullPort.Listener role) {
    return new Pulling(context, fault.in(role));
  }

  @Override
  public void close() {
    // Nothing of its own.
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private final class Requesting extends SimulatedPort implements RequestPort {
    private final RequestPort.Listener role;

    Requesting(PortContext context, RequestPort.Listener role) {
      super(SimulatedTransport.this, SpRole.REQ, context, role);
      this.role = role;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return new RequesterSide(session, dialect, role, context().metrics());
    }
  }

  private final class Replying extends SimulatedPort implements ReplyPort {
    private final ReplyPort.Listener role;

    Replying(PortContext context, ReplyPort.Listener role) {
      super(SimulatedTransport.this, SpRole.REP, context, role);
      this.role = role;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return new ReplierSide(session, dialect, role, context().metrics());
    }
  }

  private final class Pushing extends SimulatedPort implements PushPort {
    private final PushPort.Listener role;

    Pushing(PortContext context, PushPort.Listener role) {
      super(SimulatedTransport.this, SpRole.PUSH, context, role);
      this.role = role;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return new PusherSide(session, dialect, role, context().metrics());
    }
  }

  private final class Pulling extends SimulatedPort implements PullPort {
    private final PullPort.Listener role;

    Pulling(PortContext context, PullPort.Listener role) {
      super(SimulatedTransport.this, SpRole.PULL, context, role);
      this.role = role;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return new PullerSide(session, dialect, role);
    }
  }

  private final class Subscribing extends SimulatedPort implements SubscribePort {
    private final SubscribePort.Listener role;
    private final Interests interests = new Interests();
    private int sides;

    Subscribing(PortContext context, SubscribePort.Listener role) {
      super(SimulatedTransport.this, SpRole.SUB, context, role);
      this.role = role;
    }

    @Override
    public void subscribe(byte[] topic) {
      interests.subscribe(topic);
    }

    @Override
    public void unsubscribe(byte[] topic) {
      interests.unsubscribe(topic);
      connections().stream()
          .filter(each -> each.session.isUp())
          .forEach(each -> book.stream(each.peer()).doubt());
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      boolean again = sides++ > 1;
      return new SubscriberSide(session, dialect, role, fault.in(interests, again));
    }
  }

  private final class Publishing extends SimulatedPort implements PublishPort {
    private final Audience audience;

    Publishing(PortContext context, PublishPort.Listener role) {
      super(SimulatedTransport.this, SpRole.PUB, context, role);
      this.audience =
          new Audience(
              context.options().overflow(), context.metrics(), role, network.world()::nanoTime);
    }

    @Override
    public int publish(byte[] topic, byte[] body, long timeoutNanos) throws InterruptedException {
      for (SimulatedConnection each : connections()) {
        book.stream(each).published(text(topic), text(body));
      }
      int takers = audience.publish(topic, body, 0);
      fault.published(connections(), network.world());
      return takers;
    }

    @Override
    public int subscribers(byte[] topic) {
      return audience.subscribers(topic);
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      Stream stream = book.stream((SimulatedConnection) session.link());
      return new PublisherSide(session, dialect, new Noting(audience, stream));
    }
  }

  /** Notes who subscribes to what, for the stream. */
  private record Noting(Audience audience, Stream stream) implements PublisherSide.Hub {
    @Override
    public boolean subscribed(PublisherSide side, byte[] topic) {
      stream.subscribed(text(topic));
      return audience.subscribed(side, topic);
    }

    @Override
    public boolean unsubscribed(PublisherSide side, byte[] topic) {
      stream.unsubscribed(text(topic));
      return audience.unsubscribed(side, topic);
    }

    @Override
    public void gone(PublisherSide side) {
      audience.gone(side);
    }

    @Override
    public void roomAgain() {
      audience.roomAgain();
    }

    @Override
    public Overflow overflow() {
      return audience.overflow();
    }

    @Override
    public PortMetrics metrics() {
      return audience.metrics();
    }
  }
}
