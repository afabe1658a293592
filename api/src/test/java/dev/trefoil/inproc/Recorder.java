package dev.trefoil.inproc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;

/** Listens for any role: writes down each call in order, and keeps what it was handed. */
class Recorder
    implements RequestPort.Listener,
        ReplyPort.Listener,
        PublishPort.Listener,
        SubscribePort.Listener,
        PushPort.Listener,
        PullPort.Listener {
  static final Duration LIMIT = Duration.ofSeconds(10);

  /** Each call as words. */
  final List<String> events = new CopyOnWriteArrayList<>();

  final Set<String> threads = ConcurrentHashMap.newKeySet();
  final BlockingQueue<RequestPort.Target> requestTargets = new LinkedBlockingQueue<>();
  final BlockingQueue<PushPort.Target> pushTargets = new LinkedBlockingQueue<>();
  final BlockingQueue<ReplyPort.Incoming> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<PullPort.Source> sources = new LinkedBlockingQueue<>();
  final BlockingQueue<byte[]> bodies = new LinkedBlockingQueue<>();
  final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

  /** What the listener returns for messages: true to go on. */
  volatile boolean reading = true;

  /** Set when close has returned: no call may come. */
  volatile boolean closed;

  /** Runs on the loop at each peerDown. */
  volatile Runnable onPeerDown = () -> {};

  private void add(String event) {
    threads.add(Thread.currentThread().getName());
    events.add(closed ? "AFTER CLOSE: " + event : event);
  }

  /** Looks every millisecond. */
  static ConditionFactory eventually() {
    return await().atMost(LIMIT).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }

  /** Waits until an event that starts with some words was written down. */
  void awaitEvent(String start) {
    awaitEvents(1, start);
  }

  void awaitEvents(int count, String start) {
    eventually()
        .alias(count + " x '" + start + "'")
        .untilAsserted(
            () -> assertThat(count(start)).as("%s", events).isGreaterThanOrEqualTo(count));
  }

  long count(String start) {
    return events.stream().filter(event -> event.startsWith(start)).count();
  }

  static <T> T next(BlockingQueue<T> queue) {
    try {
      T next = queue.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(next).as("came within %s", LIMIT).isNotNull();
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  String nextBody() {
    return new String(next(bodies), UTF_8);
  }

  @Override
  public void peerUp(Peer peer) {
    peers.add(peer);
    add("peerUp " + peer.endpoint() + " " + peer.address());
  }

  @Override
  public void peerDown(Peer peer, DisconnectReason reason, String detail) {
    add("peerDown " + reason + " " + detail);
    onPeerDown.run();
  }

  @Override
  public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {
    add("rejected " + reason + " " + endpoint + " " + address + ": " + detail);
  }

  @Override
  public void connectFailed(Endpoint endpoint, String why) {
    add("connectFailed " + why);
  }

  @Override
  public void targetUp(RequestPort.Target target) {
    add("targetUp");
    requestTargets.add(target);
  }

  @Override
  public void targetReady(RequestPort.Target target) {
    add("targetReady");
  }

  @Override
  public void targetLeaving(RequestPort.Target target) {
    add("targetLeaving");
  }

  @Override
  public void targetDown(RequestPort.Target target, DisconnectReason reason, String detail) {
    add("targetDown " + reason);
  }

  @Override
  public void reply(RequestPort.Target target, int id, byte[] body) {
    add("reply " + id + " " + new String(body, UTF_8));
    bodies.add(body);
  }

  @Override
  public void failed(RequestPort.Target target, int id, Failure failure, String message) {
    add("failed " + id + " " + failure + " " + message);
  }

  @Override
  public boolean request(ReplyPort.Incoming request) {
    add("request " + new String(request.body(), UTF_8));
    requests.add(request);
    return reading;
  }

  @Override
  public void batchEnd() {
    add("batchEnd");
  }

  @Override
  public void subscriptionsChanged() {
    add("subscriptionsChanged");
  }

  @Override
  public boolean message(Peer from, byte[] topic, byte[] body, long missed) {
    add("message " + new String(topic, UTF_8) + " " + new String(body, UTF_8) + " " + missed);
    bodies.add(body);
    return reading;
  }

  @Override
  public void targetUp(PushPort.Target target) {
    add("targetUp");
    pushTargets.add(target);
  }

  @Override
  public void targetReady(PushPort.Target target) {
    add("targetReady");
  }

  @Override
  public void targetLeaving(PushPort.Target target) {
    add("targetLeaving");
  }

  @Override
  public void targetDown(PushPort.Target target, DisconnectReason reason, String detail) {
    add("targetDown " + reason);
  }

  @Override
  public void credit(PushPort.Target target, int messages) {
    add("credit " + messages);
  }

  @Override
  public void acknowledged(PushPort.Target target, long first, long last) {
    add("acknowledged " + first + "-" + last);
  }

  @Override
  public void refused(PushPort.Target target, long sequence, Failure failure, String message) {
    add("refused " + sequence + " " + failure + " " + message);
  }

  @Override
  public boolean message(PullPort.Source from, byte[] body) {
    add("message " + new String(body, UTF_8));
    sources.add(from);
    bodies.add(body);
    return reading;
  }

  @Override
  public boolean message(
      PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
    add("message " + sequence + " " + number + " " + attempt + " " + new String(body, UTF_8));
    sources.add(from);
    bodies.add(body);
    return reading;
  }
}
