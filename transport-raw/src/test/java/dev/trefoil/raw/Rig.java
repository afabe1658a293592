package dev.trefoil.raw;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Failure;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A transport with its ports, as a test drives them: bare listeners that note what they hear. */
final class Rig implements AutoCloseable {
  /** Nothing takes so long; on a busy machine starting another JVM takes more than ten seconds. */
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final RawTransport transport = new RawTransport();
  private final Deque<Port> ports = new ArrayDeque<>();

  Rig() {
    this(2);
  }

  Rig(int ioThreads) {
    transport.start(new TransportContext("test", new SystemTime(), ioThreads, Idle.PARK));
  }

  /** {@return how much may be allocated still for messages that have not come yet} */
  long aheadLeft() {
    return transport.ahead().left();
  }

  /** The machine's clock; the raw transport sets no timers of its own with it. */
  private static final class SystemTime extends Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
      throw new UnsupportedOperationException("no timer here");
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T item = queue.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
    if (item == null) {
      throw new AssertionError("nothing came within " + LIMIT);
    }
    return item;
  }

  /** What every port hears of its peers. */
  static class Peers implements Port.Listener {
    final PortMetrics metrics = new PortMetrics();
    final BlockingQueue<Peer> ups = new LinkedBlockingQueue<>();
    final BlockingQueue<DisconnectReason> downs = new LinkedBlockingQueue<>();
    final BlockingQueue<RejectReason> rejections = new LinkedBlockingQueue<>();
    final BlockingQueue<String> details = new LinkedBlockingQueue<>();
    final BlockingQueue<String> connectFailures = new LinkedBlockingQueue<>();
    volatile boolean failsOnFailures;

    @Override
    public void peerUp(Peer peer) {
      ups.add(peer);
    }

    @Override
    public void peerDown(Peer peer, DisconnectReason reason, String detail) {
      downs.add(reason);
      details.add(detail);
    }

    @Override
    public void rejected(Endpoint at, String address, RejectReason reason, String detail) {
      rejections.add(reason);
      details.add(detail);
    }

    @Override
    public void connectFailed(Endpoint endpoint, String why) {
      connectFailures.add(why);
      if (failsOnFailures) {
        throw new NoClassDefFoundError("a test: as when no descriptors are left");
      }
    }
  }

  private PortContext context(Options options, Peers peers) {
    return new PortContext("role", options, peers.metrics, 0x1234);
  }

  private <P extends Port> P opened(P port) {
    ports.push(port);
    return port;
  }

  /** A requester. */
  final class Asker extends Peers implements RequestPort.Listener {
    final RequestPort port;
    final BlockingQueue<RequestPort.Target> targets = new LinkedBlockingQueue<>();
    final BlockingQueue<RequestPort.Target> leaving = new LinkedBlockingQueue<>();
    final BlockingQueue<String> replies = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();

    Asker(Options options) {
      port = opened(transport.openRequest(context(options, this), this));
    }

    @Override
    public void targetUp(RequestPort.Target target) {
      targets.add(target);
    }

    @Override
    public void targetReady(RequestPort.Target target) {}

    @Override
    public void targetLeaving(RequestPort.Target target) {
      leaving.add(target);
    }

    @Override
    public void targetDown(RequestPort.Target target, DisconnectReason reason, String detail) {}

    @Override
    public void reply(RequestPort.Target target, int id, byte[] body) {
      bodies.add(body);
      replies.add(id + " " + text(body));
    }

    @Override
    public void failed(RequestPort.Target target, int id, Failure failure, String message) {
      replies.add(id + " " + failure + " " + message);
    }
  }

  /** A replier. */
  final class Answerer extends Peers implements ReplyPort.Listener {
    final ReplyPort port;
    final BlockingQueue<ReplyPort.Incoming> requests = new LinkedBlockingQueue<>();
    volatile boolean echo = true;
    volatile int limit = Integer.MAX_VALUE;

    Answerer(Options options) {
      port = opened(transport.openReply(context(options, this), this));
    }

    @Override
    public boolean request(ReplyPort.Incoming request) {
      boolean goesOn = requests.size() + 1 < limit;
      requests.add(request);
      if (echo) {
        request.reply(request.body());
      }
      return goesOn;
    }

    @Override
    public void batchEnd() {}
  }

  /** A pusher. */
  final class Sender extends Peers implements PushPort.Listener {
    final PushPort port;
    final BlockingQueue<PushPort.Target> targets = new LinkedBlockingQueue<>();
    final BlockingQueue<PushPort.Target> ready = new LinkedBlockingQueue<>();
    final BlockingQueue<PushPort.Target> leaving = new LinkedBlockingQueue<>();
    final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    volatile int credit;

    Sender(Options options) {
      port = opened(transport.openPush(context(options, this), this));
    }

    /** Waits for room as long as it takes, within the limit. */
    void push(PushPort.Target target, byte[] body) throws InterruptedException {
      while (!target.send(body)) {
        next(ready);
      }
    }

    @Override
    public void targetUp(PushPort.Target target) {
      targets.add(target);
    }

    @Override
    public void targetReady(PushPort.Target target) {
      ready.add(target);
    }

    @Override
    public void targetLeaving(PushPort.Target target) {
      leaving.add(target);
    }

    @Override
    public void targetDown(PushPort.Target target, DisconnectReason reason, String detail) {}

    @Override
    public void credit(PushPort.Target target, int messages) {
      credit = messages;
    }

    @Override
    public void acknowledged(PushPort.Target target, long first, long last) {
      answers.add(first + "-" + last);
    }

    @Override
    public void refused(PushPort.Target target, long sequence, Failure failure, String message) {
      answers.add(sequence + " " + failure + " " + message);
    }
  }

  /** A puller. */
  final class Receiver extends Peers implements PullPort.Listener {
    final PullPort port;
    final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<String> numbered = new LinkedBlockingQueue<>();
    final List<PullPort.Source> sources = new ArrayList<>();
    volatile int limit = Integer.MAX_VALUE;
    volatile boolean broken;

    Receiver(Options options) {
      port = opened(transport.openPull(context(options, this), this));
    }

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      if (broken) {
        throw new IllegalStateException("a listener that is broken");
      }
      boolean goesOn = messages.size() + 1 < limit;
      messages.add(body); // whoever takes it out at once does not change what was decided
      return goesOn;
    }

    @Override
    public boolean message(
        PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
      boolean goesOn = messages.size() + 1 < limit;
      messages.add(body);
      numbered.add(from.senderId() + " " + sequence + " " + number + " " + attempt);
      sources.add(from);
      return goesOn;
    }

    @Override
    public void batchEnd() {}
  }

  /** A publisher. */
  final class Announcer extends Peers implements PublishPort.Listener {
    final PublishPort port;
    private final ConcurrentLinkedQueue<CountDownLatch> waiting = new ConcurrentLinkedQueue<>();

    Announcer(Options options) {
      port = opened(transport.openPublish(context(options, this), this));
    }

    int publish(String topic, String body) throws InterruptedException {
      return port.publish(bytes(topic), bytes(body), 0);
    }

    @Override
    public void subscriptionsChanged() {
      waiting.forEach(CountDownLatch::countDown);
    }

    void awaitSubscribers(String topic, int count) {
      org.awaitility.Awaitility.await()
          .atMost(LIMIT)
          .until(() -> port.subscribers(bytes(topic)) == count);
    }
  }

  /** A subscriber. */
  final class Listener extends Peers implements SubscribePort.Listener {
    final SubscribePort port;
    final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    volatile int limit = Integer.MAX_VALUE;

    Listener(Options options) {
      port = opened(transport.openSubscribe(context(options, this), this));
    }

    @Override
    public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
      boolean goesOn = messages.size() + 1 < limit;
      messages.add(text(topic) + "|" + text(body) + (missed == 0 ? "" : "|missed " + missed));
      return goesOn;
    }

    @Override
    public void batchEnd() {}
  }

  @Override
  public void close() {
    while (!ports.isEmpty()) {
      ports.pop().close(Duration.ofSeconds(1));
    }
    transport.close();
  }
}
