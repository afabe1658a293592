package dev.trefoil.internal;

import dev.trefoil.spi.Capability;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import dev.trefoil.spi.Transport;
import dev.trefoil.spi.TransportContext;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A transport without a wire: tests play its side by calling the listeners of its ports. */
public final class FakeTransport implements Transport {
  private final String name;
  public final Set<Capability> capabilities = EnumSet.allOf(Capability.class);
  public final AtomicInteger starts = new AtomicInteger();
  public final AtomicInteger closes = new AtomicInteger();
  public final List<FakePort> ports = new CopyOnWriteArrayList<>();
  public volatile Runnable onStart = () -> {};

  public FakeTransport() {
    this("fake");
  }

  public FakeTransport(String name) {
    this.name = name;
  }

  /** A requester's port. */
  public static final class Requests extends FakePort implements RequestPort {
    public final RequestPort.Listener listener;

    Requests(PortContext context, RequestPort.Listener listener) {
      super(context, listener);
      this.listener = listener;
    }

    /** A replier that comes up with room. */
    public FakeTargets.Replier replier() {
      FakeTargets.Replier replier = new FakeTargets.Replier(peerUp());
      listener.targetUp(replier);
      return replier;
    }
  }

  /** A replier's port. */
  public static final class Replies extends FakePort implements ReplyPort {
    public final ReplyPort.Listener listener;

    Replies(PortContext context, ReplyPort.Listener listener) {
      super(context, listener);
      this.listener = listener;
    }

    /** A request comes, alone in its batch. */
    public FakeTargets.Asked ask(String text) {
      FakeTargets.Asked asked = new FakeTargets.Asked(text);
      asked.goOn = listener.request(asked);
      listener.batchEnd();
      return asked;
    }
  }

  /** A publisher's port. */
  public static final class Publishes extends FakePort implements PublishPort {
    public final PublishPort.Listener listener;
    public final List<String> published = new CopyOnWriteArrayList<>();
    public final List<Long> waits = new CopyOnWriteArrayList<>();
    public volatile int subscribers;
    public volatile Runnable onPublish = () -> {};

    Publishes(PortContext context, PublishPort.Listener listener) {
      super(context, listener);
      this.listener = listener;
    }

    @Override
    public int publish(byte[] topic, byte[] body, long timeoutNanos) {
      onPublish.run();
      published.add(text(topic) + "=" + text(body));
      waits.add(timeoutNanos);
      return subscribers;
    }

    @Override
    public int subscribers(byte[] topic) {
      return subscribers;
    }
  }

  /** A subscriber's port. */
  public static final class Subscribes extends FakePort implements SubscribePort {
    public final SubscribePort.Listener listener;
    public final List<String> topics = new CopyOnWriteArrayList<>();

    Subscribes(PortContext context, SubscribePort.Listener listener) {
      super(context, listener);
      this.listener = listener;
    }

    @Override
    public void subscribe(byte[] topic) {
      topics.add(text(topic));
    }

    @Override
    public void unsubscribe(byte[] topic) {
      topics.remove(text(topic));
    }
  }

  /** A pusher's port. */
  public static final class Pushes extends FakePort implements PushPort {
    public final PushPort.Listener listener;

    Pushes(PortContext context, PushPort.Listener listener) {
      super(context, listener);
      this.listener = listener;
    }

    /** A puller that comes up with room, and with credit unless that is 0. */
    public FakeTargets.Puller puller(int credit) {
      FakeTargets.Puller puller = new FakeTargets.Puller(peerUp());
      listener.targetUp(puller);
      if (credit > 0) {
        listener.credit(puller, credit);
      }
      return puller;
    }
  }

  /** A puller's port. */
  public static final class Pulls extends FakePort implements PullPort {
    public final PullPort.Listener listener;
    public final FakeTargets.Pusher pusher = new FakeTargets.Pusher();

    Pulls(PortContext context, PullPort.Listener listener) {
      super(context, listener);
      this.listener = listener;
    }

    /** A message comes that wants no acknowledgement, alone in its batch. */
    public boolean push(String text) {
      boolean goOn = listener.message(pusher, bytes(text));
      listener.batchEnd();
      return goOn;
    }

    /** A message comes that is to be acknowledged, alone in its batch. */
    public boolean push(long sequence, String text) {
      boolean goOn = listener.message(pusher, sequence, sequence, 1, bytes(text));
      listener.batchEnd();
      return goOn;
    }
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The port that was opened last. */
  public <P extends FakePort> P last(Class<P> type) {
    return type.cast(ports.get(ports.size() - 1));
  }

  private <P extends FakePort> P opened(P port) {
    ports.add(port);
    return port;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> schemes() {
    return Set.of(name);
  }

  @Override
  public Set<Capability> capabilities(String scheme) {
    return capabilities;
  }

  @Override
  public void start(TransportContext context) {
    starts.incrementAndGet();
    onStart.run();
  }

  @Override
  public RequestPort openRequest(PortContext context, RequestPort.Listener listener) {
    return opened(new Requests(context, listener));
  }

  @Override
  public ReplyPort openReply(PortContext context, ReplyPort.Listener listener) {
    return opened(new Replies(context, listener));
  }

  @Override
  public PublishPort openPublish(PortContext context, PublishPort.Listener listener) {
    return opened(new Publishes(context, listener));
  }

  @Override
  public SubscribePort openSubscribe(PortContext context, SubscribePort.Listener listener) {
    return opened(new Subscribes(context, listener));
  }

  @Override
  public PushPort openPush(PortContext context, PushPort.Listener listener) {
    return opened(new Pushes(context, listener));
  }

  @Override
  public PullPort openPull(PortContext context, PullPort.Listener listener) {
    return opened(new Pulls(context, listener));
  }

  @Override
  public void close() {
    closes.incrementAndGet();
  }
}
