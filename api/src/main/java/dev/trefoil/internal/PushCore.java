package dev.trefoil.internal;

import dev.trefoil.Assurance;
import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.DrainReport;
import dev.trefoil.MessageTooLargeException;
import dev.trefoil.Options;
import dev.trefoil.SendResult;
import dev.trefoil.TimedOutException;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * A pusher's machinery: takes turns among the pullers, waits for room; what is to be acknowledged
 * is kept by {@link Redelivery}.
 *
 * <p>The role's {@code lock} guards the changes of {@code rotation}, {@code waiters} and {@code
 * rooms}. Targets are sent to without it: at most once with no lock at all, at least once with the
 * one of {@link Redelivery}, which is never held when the role's is taken.
 *
 * @param <T> the type of the values
 */
public final class PushCore<T> extends RoleCore {
  private final Codec<T> codec;
  private final long senderId = time.random().nextLong();
  private final Rotation<PushLane> rotation = new Rotation<>();
  private final Map<PushPort.Target, PushLane> lanes = new ConcurrentHashMap<>();
  private final Condition room = lock.newCondition();
  private volatile int waiters;
  private volatile int rooms; // how often room has appeared while somebody waited
  private final @Nullable Redelivery redelivery;

  public PushCore(MessagingCore messaging, Options options, Codec<T> codec) {
    super(messaging, RoleKind.PUSHER, options);
    this.codec = codec;
    this.redelivery =
        options.assurance() == Assurance.AT_LEAST_ONCE
            ? new Redelivery(this, rotation, senderId)
            : null;
  }

  /** A transport's side of it; called by I/O threads. */
  private final class PushSlot extends Slot implements PushPort.Listener {
    private final PushPort port;

    PushSlot(Transport transport) {
      super(PushCore.this, transport);
      this.port = transport.openPush(context(senderId), this);
    }

    @Override
    Port port() {
      return port;
    }

    @Override
    public void targetUp(PushPort.Target target) {
      PushLane lane = lane(target);
      lock.lock();
      try {
        rotation.add(lane);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      targetReady(target);
    }

    @Override
    public void targetReady(PushPort.Target target) {
      if (redelivery == null) {
        roomAppeared();
      } else {
        redelivery.roomAppeared();
      }
    }

    @Override
    public void targetLeaving(PushPort.Target target) {
      takeOut(lanes.get(target));
    }

    @Override
    public void targetDown(PushPort.Target target, DisconnectReason reason, String detail) {
      PushLane lane = lanes.remove(target);
      takeOut(lane);
      if (redelivery != null && lane != null) {
        redelivery.lost(lane, "lost " + target.peer() + " (" + reason.tag() + ")");
      }
    }

    @Override
    public void credit(PushPort.Target target, int messages) {
      if (redelivery != null) {
        redelivery.credit(lane(target), messages); // the first time it comes before targetUp
      }
    }

    private PushLane lane(PushPort.Target target) {
      return lanes.computeIfAbsent(target, each -> new PushLane(each, metrics, time));
    }

    @Override
    public void acknowledged(PushPort.Target target, long first, long last) {
      PushLane lane = lanes.get(target);
      if (redelivery != null && lane != null) {
        redelivery.acknowledged(lane, first, last);
      }
    }

    @Override
    public void refused(PushPort.Target target, long sequence, Failure failure, String message) {
      PushLane lane = lanes.get(target);
      if (redelivery != null && lane != null) {
        redelivery.refused(lane, sequence, failure, message);
      }
    }
  }

  @Override
  Slot newSlot(Transport transport) {
    return new PushSlot(transport);
  }

  /** Those that can be pushed to: one who waits for peers wants to push to them. */
  @Override
  int reachable() {
    return rotation.size();
  }

  @Override
  List<Capability> required() {
    return redelivery != null ? List.of(Capability.AT_LEAST_ONCE) : List.of();
  }

  private void takeOut(@Nullable PushLane lane) {
    if (lane == null) {
      return;
    }
    lock.lock();
    try {
      rotation.remove(lane);
    } finally {
      lock.unlock();
    }
  }

  /** Wakes the pushing threads that wait; whoever is not counted yet looks for room by himself. */
  void roomAppeared() {
    if (waiters > 0) {
      lock.lock();
      try {
        wakeWaiters();
      } finally {
        lock.unlock();
      }
    }
  }

  /** With the lock held, which makes it the only writer. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void wakeWaiters() {
    rooms++;
    room.signalAll();
  }

  public SendResult tryPush(T value) {
    byte[] body = Guard.encode(codec, value, options.maxMessageBytes());
    return isOpen() ? offer(body, null) : SendResult.CLOSED;
  }

  public void push(T value) throws InterruptedException {
    byte[] body = Guard.encode(codec, value, options.maxMessageBytes());
    checkOpen();
    push(body, null);
  }

  public CompletableFuture<Void> pushAcknowledged(T value) throws InterruptedException {
    if (redelivery == null) {
      throw new IllegalStateException(
          this + " pushes at most once: set the assurance AT_LEAST_ONCE to have acknowledgements");
    }
    byte[] body = Guard.encode(codec, value, options.maxMessageBytes());
    checkOpen();
    CompletableFuture<Void> future = new CompletableFuture<>();
    push(body, future);
    return future;
  }

  private void push(byte[] body, @Nullable CompletableFuture<Void> future)
      throws InterruptedException {
    SendResult result = offer(body, future);
    if (result == SendResult.SENT) {
      return;
    }
    long deadline = deadline(options.sendTimeout());
    countWaiters(1);
    try {
      // Looked at again once it is known that somebody waits.
      while (true) {
        int before = rooms;
        result = offer(body, future);
        if (result == SendResult.SENT) {
          return;
        }
        checkOpen();
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw noRoom(result);
        }
        awaitRoom(before, left);
      }
    } finally {
      countWaiters(-1);
    }
  }

  private void awaitRoom(int before, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (rooms == before && isOpen()) {
        Conditions.awaitOnce(room, nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // the lock makes it the only writer
  private void countWaiters(int change) {
    lock.lock();
    try {
      waiters += change;
    } finally {
      lock.unlock();
    }
  }

  private TimedOutException noRoom(SendResult result) {
    Duration timeout = options.sendTimeout();
    String why = result == SendResult.NO_PEER ? "no puller to push to" : "no puller had room";
    String text =
        why
            + " within "
            + Words.seconds(timeout)
            + " at "
            + where()
            + ": "
            + situation()
            + (redelivery == null ? "" : ", " + unacknowledged() + " messages unacknowledged");
    return new TimedOutException(text, timeout, 0, peerSeen());
  }

  private SendResult offer(byte[] body, @Nullable CompletableFuture<Void> future) {
    if (redelivery != null) {
      return redelivery.offer(body, future);
    }
    if (!isOpen()) {
      return SendResult.CLOSED;
    }
    PushLane lane = offerOnce(body);
    if (lane != null) {
      lane.metrics.port.sent(body.length);
      return SendResult.SENT;
    }
    if (rotation.isEmpty()) {
      return SendResult.NO_PEER;
    }
    checkSomebodyTakes(body.length);
    return SendResult.FULL;
  }

  /** Waiting for room is in vain where the message is over the limit of each puller. */
  private void checkSomebodyTakes(int size) {
    PushPort.Target most = null;
    for (Object each : rotation.targets()) {
      PushPort.Target target = ((PushLane) each).target;
      most = most == null || target.maxMessage() > most.maxMessage() ? target : most;
    }
    if (most != null && size > most.maxMessage()) {
      throw new MessageTooLargeException(size, most.maxMessage(), most.peer());
    }
  }

  /** Written out, since a lambda here would make garbage for each message. */
  private @Nullable PushLane offerOnce(byte[] body) {
    Object[] targets = rotation.targets();
    int count = targets.length;
    int start = rotation.start(count);
    for (int i = start; i < start + count; i++) {
      PushLane lane = (PushLane) targets[i < count ? i : i - count];
      if (lane.target.send(body)) {
        return lane;
      }
    }
    return null;
  }

  public int unacknowledged() {
    return redelivery == null ? 0 : redelivery.unacknowledged();
  }

  public boolean awaitAcknowledged(Duration timeout) throws InterruptedException {
    long deadline = deadline(timeout);
    checkReceivable(); // closing forgot what was not acknowledged: "nothing is left" would be a lie
    if (redelivery == null) {
      return true;
    }
    lock.lockInterruptibly();
    try (Redelivery.Mark mark = redelivery.mark()) {
      while (!mark.isReached()) {
        if (state == State.CLOSED) {
          throw closed(State.CLOSED);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        Conditions.awaitOnce(changed, left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Who waits for room looks again, and learns that the role takes no new work. */
  @Override
  void onAdvance() {
    wakeWaiters();
  }

  @Override
  void onClose() {
    if (redelivery != null) {
      redelivery.close(new ClosedException(this + " was closed before a puller acknowledged it"));
    }
  }

  @Override
  DrainReport finish(long deadlineNanos) throws InterruptedException {
    if (redelivery == null) {
      return DrainReport.CLEAN; // what is queued is sent while the ports close
    }
    awaitUntil(() -> redelivery.unacknowledged() == 0, deadlineNanos);
    return new DrainReport(0, 0, redelivery.unacknowledged(), 0);
  }
}
