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
import dev.trefoil.spi.SendBatch;
import dev.trefoil.spi.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Outstanding outstanding =
      new Outstanding(time, pending -> end(pending, timedOut(pending)));
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
    this.completions =
        new Completions(messaging, options.execution(), () -> RequestLane.helm(rotation));
    this.spinner = new Spinner(messaging.idle());
  }

  /** A transport's side of it; called by I/O threads. */
  final class RequestSlot extends Slot implements RequestPort.Listener {
    private final RequestPort port;
    private final boolean inBatches;

    RequestSlot(Transport transport) {
      super(RequestCore.this, transport);
      this.port = transport.openRequest(context(0), this);
      this.inBatches = port.endsBatches();
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
      Pending pending = outstanding.get(id);
      // A request that was sent once is answered by the peer that it was sent to, and no other.
      if (pending == null
          || !(pending.isWith(target) || pending.attempts() > 1)
          || !decide(pending, new Result(body, null, Outcome.SUCCESS), arrived(pending, target))) {
        metrics.port.received(body.length);
        metrics.lateReplies.increment();
      } else if (inBatches && pending instanceof Promised<?> promised) {
        completions.stage(promised, body.length, metrics);
        signalIfDraining();
      } else {
        metrics.port.received(body.length);
        wake(pending);
      }
    }

    private long arrived(Pending pending, RequestPort.Target target) {
      RequestLane lane = inBatches && pending.isWith(target) ? pending.lane() : null;
      return lane == null ? time.nanoTime() : lane.arrivedNanos();
    }

    @Override
    public void batchEnd(RequestPort.Target target) {
      RequestLane lane = lanes.get(target);
      if (lane != null) {
        lane.batchEnd();
      }
      completions.batchEnd();
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
    long deadline = start + RequestErrors.nanos(timeout);
    Awaited pending = new Awaited(body, start, deadline, repeatable);
    begin(pending);
    SendBatch.beforeWaiting();
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
    long wait = RequestErrors.nanos(timeout);
    Promised<R> pending = new Promised<>(this, body, start, start + wait, repeatable);
    begin(pending);
    if (!pending.isEnded()) {
      RequestLane with = pending.lane();
      if (with != null && !completions.isWorkerThatSteers()) {
        with.attend();
      }
      outstanding.watch(pending);
    }
    return pending.future();
  }

  /** Ends a future on the handler executor, so that its callbacks do not run on I/O threads. */
  void complete(Promised<R> promised) {
    completions.run(promised);
  }

  void cancel(Pending pending) {
    end(pending, new Result(null, null, Outcome.CANCELLED));
  }

  R value(@Nullable Result result) {
    return Guard.decode(replies, RequestErrors.body(result));
  }

  private void begin(Pending pending) {
    checkOpen();
    outstanding.add(pending);
    long retry = options.retryInterval().toNanos();
    if (pending.repeatable && retry > 0) {
      scheduleRetry(pending, retry);
    }
    if (!unsent.isEmpty() || !sendFirst(pending)) {
      pending.starting = false;
      sendOrQueue(pending);
    }
    if (state == State.CLOSED) {
      end(pending, new Result(null, closed(State.CLOSED), Outcome.CLOSED));
    }
  }

  /** The one send without the lock; so a loss of the target meanwhile is looked for here. */
  private boolean sendFirst(Pending pending) {
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
    outstanding.forEach(each -> lostIfStarted(each, lane, detail));
  }

  private void lostIfStarted(Pending pending, RequestLane lane, String detail) {
    if (pending.lane() == lane && !pending.starting) {
      lost(pending, lane, detail);
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
    if (!decide(pending, how, time.nanoTime())) {
      return false;
    }
    wake(pending);
    return true;
  }

  private void wake(Pending pending) {
    pending.wake();
    signalIfDraining();
  }

  private boolean decide(Pending pending, Result how, long nowNanos) {
    if (!pending.decide(how)) {
      return false;
    }
    outstanding.remove(pending);
    RequestLane lane = pending.lane();
    SlotMetrics counters = lane != null ? lane.metrics() : firstMetrics();
    if (counters != null) {
      counters.requests.record(how.outcome(), nowNanos - pending.startNanos);
    }
    if (!unsent.isEmpty()) {
      dropUnsent(pending);
    }
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
    return outstanding.count(each -> each.isCountedBy(metrics, first));
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
    outstanding.forEach(pending -> end(pending, new Result(null, error, Outcome.CLOSED)));
    completions.hurry();
  }

  @Override
  DrainReport finish(long deadlineNanos) throws InterruptedException {
    awaitUntil(outstanding::isEmpty, deadlineNanos);
    int never = outstanding.count(each -> each.attempts() == 0);
    return new DrainReport(never, outstanding.count(each -> each.attempts() > 0), 0, 0);
  }
}
