package dev.trefoil.internal;

import dev.trefoil.ClosedException;
import dev.trefoil.Codec;
import dev.trefoil.DisconnectReason;
import dev.trefoil.DrainReport;
import dev.trefoil.Options;
import dev.trefoil.OverloadedException;
import dev.trefoil.PeerLostException;
import dev.trefoil.RemoteException;
import dev.trefoil.internal.Pending.Result;
import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.Capability;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Port;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A requester's machinery: correlation, deadlines, spreading, retries, late replies.
 *
 * <p>A request is in {@code outstanding} from its start to its end. It is either with a target, or
 * in {@code unsent} because no target had room. The role's {@code lock} guards {@code unsent} and
 * the changes of {@code rotation}. The first send of a request is made without the lock, each other
 * one with it; ends are decided in {@link Pending} without it.
 *
 * @param <Q> the type of requests
 * @param <R> the type of replies
 */
public final class RequestCore<Q, R> extends RoleCore {
  private final Codec<Q> requests;
  private final Codec<R> replies;
  private final AtomicInteger ids = new AtomicInteger(time.random().nextInt());
  private final Map<Integer, Pending> outstanding = new ConcurrentHashMap<>();
  private final Unsent unsent;
  private final Rotation<RequestLane> rotation = new Rotation<>();
  private final Map<RequestPort.Target, RequestLane> lanes = new ConcurrentHashMap<>();
  private final Completions completions;
  private final Spinner spinner;

  public RequestCore(
      MessagingCore messaging, Options options, Codec<Q> requests, Codec<R> replies) {
    super(messaging, RoleKind.REQUESTER, options);
    this.requests = requests;
    this.replies = replies;
    this.unsent = new Unsent(options);
    this.completions = new Completions(messaging.callbacks(), options.execution());
    this.spinner = new Spinner(messaging.idle());
  }

  /** A transport's side of it; called by I/O threads. */
  final class RequestSlot extends Slot implements RequestPort.Listener {
    private final RequestPort port;

    RequestSlot(Transport transport) {
      super(RequestCore.this, transport);
      this.port = transport.openRequest(context(0), this);
      metrics.outstanding = () -> outstandingOn(metrics);
      metrics.waiting = () -> metrics == firstMetrics() ? unsent.size() : 0;
    }

    @Override
    Port port() {
      return port;
    }

    @Override
    public void targetUp(RequestPort.Target target) {
      RequestLane lane = new RequestLane(target, metrics, time);
      lanes.put(target, lane);
      addLane(lane);
    }

    @Override
    public void targetReady(RequestPort.Target target) {
      sendUnsent();
    }

    @Override
    public void targetLeaving(RequestPort.Target target) {
      removeLane(lanes.get(target));
    }

    @Override
    public void targetDown(RequestPort.Target target, DisconnectReason reason, String detail) {
      RequestLane lane = lanes.remove(target);
      if (lane != null) {
        String what = reason.tag() + ": " + detail;
        lane.lost(what);
        removeLane(lane);
        RequestCore.this.lost(lane, what);
      }
    }

    @Override
    public void reply(RequestPort.Target target, int id, byte[] body) {
      metrics.port.received(body.length);
      Pending pending = outstanding.get(id);
      // A request that was sent once is answered by the peer that it was sent to, and no other.
      if (pending == null
          || !(pending.isWith(target) || pending.attempts() > 1)
          || !end(pending, new Result(body, null, Outcome.SUCCESS))) {
        metrics.lateReplies.increment();
      }
    }

    @Override
    public void failed(RequestPort.Target target, int id, Failure failure, String message) {
      Pending pending = outstanding.get(id);
      if (pending == null || !pending.isWith(target)) {
        metrics.lateReplies.increment();
        return;
      }
      refused(pending, target, failure, message);
    }
  }

  @Override
  Slot newSlot(Transport transport) {
    return new RequestSlot(transport);
  }

  /** Those that can be sent to: one who waits for peers wants to send to them. */
  @Override
  int reachable() {
    return rotation.size();
  }

  @Override
  List<Capability> required() {
    return List.of();
  }

  public R request(Q request, Duration timeout, boolean repeatable) throws InterruptedException {
    byte[] body = Guard.encode(requests, request, options.maxMessageBytes());
    checkOpen();
    long start = time.nanoTime();
    long deadline = start + nanos(timeout);
    Awaited pending = new Awaited(nextId(), body, start, deadline, repeatable);
    begin(pending);
    Result result;
    try {
      result = pending.await(time, spinner);
    } catch (InterruptedException e) {
      end(pending, new Result(null, null, Outcome.CANCELLED));
      throw e;
    }
    if (result == null) {
      end(pending, timedOut(pending));
      result = pending.result(); // the time-out, or what was faster
    }
    return value(result);
  }

  public CompletableFuture<R> requestAsync(Q request, Duration timeout, boolean repeatable) {
    byte[] body = Guard.encode(requests, request, options.maxMessageBytes());
    checkOpen();
    long start = time.nanoTime();
    long wait = nanos(timeout);
    Promised<R> pending =
        new Promised<>(
            nextId(), body, start, start + wait, repeatable, this::complete, this::cancel);
    begin(pending);
    if (!pending.isEnded()) {
      long left = pending.deadlineNanos - time.nanoTime();
      pending.setDeadlineTimer(time.schedule(left, () -> end(pending, timedOut(pending))));
    }
    return pending.future();
  }

  /** Ends a future on the handler executor, so that its callbacks do not run on I/O threads. */
  private void complete(CompletableFuture<R> future, Result how) {
    completions.run(
        () -> {
          try {
            future.complete(value(how));
          } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
          }
        });
  }

  private void cancel(Pending pending) {
    end(pending, new Result(null, null, Outcome.CANCELLED));
  }

  private static long nanos(Duration timeout) {
    return Math.min(Check.positive(timeout, "timeout").toNanos(), Long.MAX_VALUE / 4);
  }

  private R value(@Nullable Result result) {
    RuntimeException error = result == null ? null : result.error();
    if (error != null) {
      throw error;
    }
    byte[] body = result == null ? null : result.body();
    if (body == null) {
      throw new IllegalStateException("a request ended without reply and without error");
    }
    return Guard.decode(replies, body);
  }

  private int nextId() {
    while (true) {
      int id = ids.getAndIncrement() & Integer.MAX_VALUE;
      if (!outstanding.containsKey(id)) {
        return id;
      }
    }
  }

  private void begin(Pending pending) {
    checkOpen();
    outstanding.put(pending.id, pending);
    long retry = options.retryInterval().toNanos();
    if (pending.repeatable && retry > 0) {
      scheduleRetry(pending, retry);
    }
    if (!unsent.isEmpty() || !sendFirst(pending)) {
      sendOrQueue(pending);
    }
    if (state == State.CLOSED) {
      end(pending, new Result(null, closed(State.CLOSED), Outcome.CLOSED));
    }
  }

  /** The one send without the lock; so a loss of the target meanwhile is looked for here. */
  private boolean sendFirst(Pending pending) {
    pending.starting = true;
    RequestLane lane = trySend(pending, pending);
    pending.starting = false;
    String loss = lane == null ? null : lane.lossDetail();
    if (lane != null && loss != null && pending.lane() == lane) {
      lost(pending, lane, loss);
    }
    return lane != null;
  }

  private @Nullable RequestLane trySend(Pending pending, Predicate<RequestLane> takes) {
    RequestLane lane = rotation.first(takes);
    if (lane != null && pending.lane() == lane) {
      lane.metrics().port.sent(pending.body.length);
    }
    return lane;
  }

  private void sendOrQueue(Pending pending) {
    if (!sendOrQueue(pending, null)) {
      end(pending, RequestErrors.noRoom(this, unsent.size()));
    }
  }

  private boolean sendOrQueue(Pending pending, @Nullable RequestLane avoid) {
    lock.lock();
    try {
      // Again with the lock, which targetReady takes too: room cannot appear unseen.
      return (unsent.isEmpty() && trySend(pending, avoid)) || unsent.add(pending);
    } finally {
      lock.unlock();
    }
  }

  private boolean trySend(Pending pending, @Nullable RequestLane avoid) {
    boolean elsewhere =
        avoid != null && trySend(pending, each -> each != avoid && pending.test(each)) != null;
    return elsewhere || trySend(pending, pending) != null;
  }

  private void sendUnsent() {
    if (unsent.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      Pending next = unsent.peek();
      while (next != null && (next.isEnded() || trySend(next, next) != null)) {
        unsent.remove(next);
        next = unsent.peek();
      }
    } finally {
      lock.unlock();
    }
  }

  private void addLane(RequestLane lane) {
    lock.lock();
    try {
      rotation.add(lane);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    sendUnsent();
  }

  private void removeLane(@Nullable RequestLane lane) {
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

  private void scheduleRetry(Pending pending, long interval) {
    pending.setRetryTimer(time.schedule(interval, () -> retry(pending, interval)));
  }

  private void retry(Pending pending, long interval) {
    if (pending.isEnded()) {
      return;
    }
    if (pending.attempts() > 0 && !pending.starting) {
      // Without room for a copy the request stays with the peer that has it.
      boolean unused = sendOrQueue(pending, pending.lane());
    }
    scheduleRetry(pending, interval);
  }

  /** A target is gone and takes nothing any more: what becomes of the requests that it had. */
  private void lost(RequestLane lane, String detail) {
    for (Pending pending : outstanding.values()) {
      if (pending.lane() == lane && !pending.starting) {
        lost(pending, lane, detail);
      }
    }
  }

  private void lost(Pending pending, RequestLane lane, String detail) {
    if (!pending.repeatable) {
      PeerLostException error = new PeerLostException(lane.target().peer(), detail);
      end(pending, new Result(null, error, Outcome.PEER_LOST));
    } else if (pending.leave(lane)) {
      sendOrQueue(pending);
    }
  }

  /** A peer will not answer. What no handler has seen may go to another one. */
  private void refused(
      Pending pending, RequestPort.Target target, Failure failure, String message) {
    switch (failure) {
      case OVERLOADED, CLOSING -> {
        if (!sendElsewhere(pending, target)) {
          OverloadedException error =
              new OverloadedException("refused by " + target.peer() + ": " + message);
          end(pending, new Result(null, error, Outcome.OVERLOADED));
        }
      }
      case EXPIRED -> end(pending, timedOut(pending));
      case HANDLER, CODEC, TOO_LARGE ->
          end(pending, new Result(null, new RemoteException(message), Outcome.REMOTE_ERROR));
    }
  }

  /** Each target may refuse a request once. */
  private boolean sendElsewhere(Pending pending, RequestPort.Target target) {
    lock.lock();
    try {
      pending.refusedBy(target);
      return trySend(pending, each -> !pending.wasRefusedBy(each.target()) && pending.test(each))
          != null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends a request and lets go of all that it held. */
  private boolean end(Pending pending, Result how) {
    if (!pending.decide(how)) {
      return false;
    }
    outstanding.remove(pending.id, pending);
    RequestLane lane = pending.lane();
    SlotMetrics counters = lane != null ? lane.metrics() : firstMetrics();
    if (counters != null) {
      counters.requests.record(how.outcome(), time.nanoTime() - pending.startNanos);
    }
    if (!unsent.isEmpty()) {
      dropUnsent(pending);
    }
    pending.wake(how);
    signalIfDraining();
    return true;
  }

  private void dropUnsent(Pending pending) {
    lock.lock();
    try {
      unsent.remove(pending);
    } finally {
      lock.unlock();
    }
  }

  /** Counted when a meter is read, so that a request costs nothing for it. */
  private int outstandingOn(SlotMetrics metrics) {
    boolean first = metrics == firstMetrics();
    int count = 0;
    for (Pending pending : outstanding.values()) {
      RequestLane lane = pending.lane();
      count += (lane == null ? first : lane.metrics() == metrics) ? 1 : 0;
    }
    return count;
  }

  private @Nullable SlotMetrics firstMetrics() {
    List<Slot> all = slots();
    return all.isEmpty() ? null : all.get(0).metrics;
  }

  private Result timedOut(Pending pending) {
    return RequestErrors.timedOut(this, pending);
  }

  public int outstanding() {
    return outstanding.size();
  }

  @Override
  void onClose() {
    ClosedException error = closed(State.CLOSED);
    for (Pending pending : outstanding.values()) {
      end(pending, new Result(null, error, Outcome.CLOSED));
    }
  }

  @Override
  DrainReport finish(long deadlineNanos) throws InterruptedException {
    awaitUntil(outstanding::isEmpty, deadlineNanos);
    long never = outstanding.values().stream().filter(each -> each.attempts() == 0).count();
    return new DrainReport(never, outstanding.size() - never, 0, 0);
  }
}
