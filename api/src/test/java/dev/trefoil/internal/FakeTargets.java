package dev.trefoil.internal;

import dev.trefoil.Peer;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Helm;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The other ends that scripted ports know: they note what reaches them. */
public final class FakeTargets {
  private FakeTargets() {}

  /** A replier as a requester's port sees it. */
  public static final class Replier implements RequestPort.Target {
    private final Peer peer;
    public final List<Integer> ids = new CopyOnWriteArrayList<>();
    public final List<String> bodies = new CopyOnWriteArrayList<>();
    public final List<Long> remaining = new CopyOnWriteArrayList<>();
    public volatile boolean room = true;
    public volatile Runnable onSend = () -> {};
    public volatile @Nullable Helm helm;

    Replier(Peer peer) {
      this.peer = peer;
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public @Nullable Helm helm() {
      return helm;
    }

    @Override
    public boolean send(int id, long remainingNanos, byte[] body) {
      onSend.run();
      if (!room) {
        return false;
      }
      ids.add(id);
      remaining.add(remainingNanos);
      bodies.add(FakeTransport.text(body));
      return true;
    }

    public int lastId() {
      return ids.get(ids.size() - 1);
    }
  }

  /** A puller as a pusher's port sees it. */
  public static final class Puller implements PushPort.Target {
    private final Peer peer;
    public final List<String> bodies = new CopyOnWriteArrayList<>();
    public final List<Long> numbers = new CopyOnWriteArrayList<>();
    public final List<Integer> attempts = new CopyOnWriteArrayList<>();
    public volatile int room = Integer.MAX_VALUE;
    public volatile Runnable onSend = () -> {};

    Puller(Peer peer) {
      this.peer = peer;
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public boolean send(byte[] body) {
      onSend.run();
      if (bodies.size() >= room) {
        return false;
      }
      bodies.add(FakeTransport.text(body));
      return true;
    }

    @Override
    public boolean send(long number, int attempt, byte[] body) {
      if (!send(body)) {
        return false;
      }
      numbers.add(number);
      attempts.add(attempt);
      return true;
    }
  }

  /** A pusher's connection as a puller's port sees it. */
  public static final class Pusher implements PullPort.Source {
    private final Peer peer = FakePort.newPeer();
    public final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    public final List<String> refused = new CopyOnWriteArrayList<>();

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public long senderId() {
      return 77;
    }

    @Override
    public void acknowledge(long sequence) {
      acknowledged.add(sequence);
    }

    @Override
    public void refuse(long sequence, Failure failure, String message) {
      refused.add(sequence + " " + failure + " " + message);
    }
  }

  /** A request that somebody asked. */
  public static final class Asked implements ReplyPort.Incoming {
    private final Peer peer = FakePort.newPeer();
    private final byte[] body;
    public final List<String> replies = new CopyOnWriteArrayList<>();
    public final List<String> failures = new CopyOnWriteArrayList<>();
    public volatile long deadline = Long.MAX_VALUE;
    public volatile boolean canFail = true;
    public volatile boolean goOn;

    public Asked(String text) {
      this.body = FakeTransport.bytes(text);
    }

    public Asked(byte[] body) {
      this.body = body;
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public byte[] body() {
      return body;
    }

    @Override
    public long deadlineNanos() {
      return deadline;
    }

    @Override
    public boolean canFail() {
      return canFail;
    }

    @Override
    public void reply(byte[] reply) {
      replies.add(FakeTransport.text(reply));
    }

    @Override
    public void fail(Failure failure, String message) {
      failures.add(failure + " " + message);
    }
  }
}
