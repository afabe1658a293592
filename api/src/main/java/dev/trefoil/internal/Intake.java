package dev.trefoil.internal;

import dev.trefoil.CodecException;
import dev.trefoil.Execution;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.TimedOutException;
import dev.trefoil.internal.Timings.Outcome;
import dev.trefoil.spi.Helm;
import dev.trefoil.spi.PortMetrics.Drop;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.SendBatch;
import dev.trefoil.spi.Traffic;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a receiving role does with what comes in: to the handler, to {@code receive}, or to a flow.
 *
 * <p>I/O threads put, user threads and workers take; the queue between them is the only meeting
 * place. The way out is chosen once: by a handler when the role is made, else by the first call.
 *
 * @param <D> what the user gets
 */
public final class Intake<D> implements BooleanSupplier {
  /** Makes and handles what the user gets, without the machinery seeing inside it. */
  public interface Factory<D> {
    D published(Peer from, byte[] topic, byte[] body, long missed);

    D pushed(PullPort.Source from, byte[] body);

    D pushed(PullPort.Source from, byte[] body, long sequence, long number, int attempt);

    /** Decodes it in place, on the thread that took it. */
    D decode(D delivery);

    /** Who sent it. */
    Peer from(D delivery);

    boolean hasHandler();

    /** Runs the handler and settles the delivery, whichever way it ends. */
    void handle(D delivery) throws Exception;

    /** The role is closed before anybody took it. */
    void abandon(D delivery);
  }

  /** What one role does with one message; called by workers, or by I/O threads if inline. */
  interface Desk<D> {
    /** Decodes, before the user sees it. */
    D decode(D item);

    /** Who sent it. */
    Peer from(D item);

    /** Whether {@link #handle} does anything. */
    boolean hasHandler();

    /** Runs the handler and settles the message, at a time just read; throws nothing. */
    Outcome handle(D item, long nowNanos);
  }

  private final RoleCore role;
  private final Options options;
  private final Desk<D> desk;
  private final boolean inline;
  private final ReceiveQueue<D> queue;
  private final @Nullable Dispatcher<D> dispatcher;
  private final Spinner spinner;

  /** What inline handlers began and ended: a drain waits for those between. */
  private final Traffic begun = new Traffic();

  private final Traffic ended = new Traffic();
  private volatile @Nullable FlowBridge<D> flow;

  Intake(RoleCore role, int concurrency, Desk<D> desk, Runnable resume) {
    this.role = role;
    this.options = role.options();
    this.desk = desk;
    this.inline = desk.hasHandler() && options.execution() == Execution.INLINE;
    this.queue =
        new ReceiveQueue<>(options.receiveQueueMessages(), options.receiveQueueBytes(), resume);
    this.spinner = new Spinner(role.messaging.idle());
    int limit = options.handlerConcurrency() == 0 ? concurrency : options.handlerConcurrency();
    this.dispatcher =
        desk.hasHandler() && !inline
            ? new Dispatcher<>(
                role.messaging.executor(),
                role.time,
                limit,
                queue,
                this::handle,
                role::signalIfDraining,
                role.messaging.ownsExecutor()
                    ? new Dispatcher.Waiting(this, this::helm, spinner, role.messaging.executor())
                    : null)
            : null;
  }

  /** Takes and counts a message from an I/O thread. False asks the wire to pause. */
  boolean put(D item, int bytes, SlotMetrics owner) {
    if (inline) {
      owner.port.received(bytes);
      handleInline(item, owner);
      return true;
    }
    return queue.stage(item, bytes, owner);
  }

  /** How many may be put at once. */
  int batchLimit() {
    return inline ? 1 : queue.batchLimit();
  }

  /** Takes and counts several messages, whose array is kept. */
  boolean put(Object[] items, int count, long bytes, SlotMetrics owner) {
    owner.port.received(count, bytes);
    return queue.stage(new Chunk(items, count, bytes, owner));
  }

  boolean isFull() {
    return !inline && queue.isFull();
  }

  /** The wire has nothing more for now. */
  void batchEnd() {
    Dispatcher<D> workers = dispatcher;
    FlowBridge<D> bridge = flow;
    queue.endStage();
    if (workers != null) {
      workers.wake();
    } else if (bridge != null) {
      bridge.pump();
    } else if (!inline) {
      queue.batchEnd();
    }
  }

  private void handleInline(D item, SlotMetrics owner) {
    begun.add(1, 0);
    try {
      long unused = handle(item, owner, role.time.nanoTime());
    } finally {
      ended.add(1, 0);
      role.signalIfDraining();
    }
  }

  private long handle(D item, @Nullable SlotMetrics owner, long start) {
    if (owner == null) {
      throw new IllegalStateException("a message without a slot");
    }
    Outcome outcome = desk.handle(item, start);
    long end = role.time.nanoTime();
    owner.handler.record(outcome, end - start);
    if (outcome == Outcome.CODEC) {
      owner.port.dropped(Drop.CODEC, 1);
    }
    return end;
  }

  D receive() throws InterruptedException {
    Duration timeout = options.receiveTimeout();
    boolean bounded = !timeout.isZero();
    D item = receive(bounded ? timeout.toNanos() : Long.MAX_VALUE / 4);
    if (item == null) {
      String text =
          "nothing received within "
              + Words.seconds(timeout)
              + " at "
              + role.where()
              + ": "
              + role.situation();
      throw new TimedOutException(text, timeout, 0, role.peerSeen());
    }
    return item;
  }

  @Nullable D receive(Duration timeout) throws InterruptedException {
    return receive(Check.notNegative(timeout, "timeout").toNanos());
  }

  private @Nullable D receive(long timeoutNanos) throws InterruptedException {
    checkWay();
    D item = queue.poll(null);
    if (item == null) {
      item = await(timeoutNanos);
    }
    if (item == null) {
      return null;
    }
    try {
      return desk.decode(item);
    } catch (CodecException e) {
      countUndecodable(desk.from(item));
      throw e;
    } finally {
      role.signalIfDraining(); // a drain waits for the queue to be empty
    }
  }

  private void countUndecodable(Peer from) {
    for (Slot slot : role.slots()) {
      if (slot.transport.schemes().contains(from.endpoint().scheme())) {
        slot.metrics.port.dropped(Drop.CODEC, 1);
      }
    }
  }

  /** What a thread that waits for something to come in may do meanwhile. */
  private @Nullable Helm helm() {
    List<Slot> slots = role.slots();
    return slots.isEmpty() ? null : slots.get(0).port().helm();
  }

  private void checkWay() {
    if (desk.hasHandler()) {
      throw new IllegalStateException(role + " has a handler: what it receives goes there");
    }
    if (flow != null) {
      throw new IllegalStateException(role + " has a flow: what it receives goes there");
    }
  }

  private @Nullable D await(long timeoutNanos) throws InterruptedException {
    long start = System.nanoTime();
    long deadline = start + Math.min(timeoutNanos, Long.MAX_VALUE / 4);
    boolean looked = false;
    SendBatch.beforeWaiting();
    while (true) {
      if (Thread.interrupted()) {
        queue.wakeOne(); // it may have been woken for a message that it does not take
        throw new InterruptedException("interrupted while receiving");
      }
      D item = queue.poll(null);
      if (item != null) {
        return item;
      }
      role.checkReceivable();
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return null;
      }
      if (queue.steer(helm(), this, left)) {
        continue;
      }
      if (!looked && spinner.spin(this, deadline)) {
        continue;
      }
      looked = !spinner.neverSleeps();
      if (looked) {
        queue.await(left);
      }
    }
  }

  /** For the spinner: whether there is anything to take, or nothing more to wait for. */
  @Override
  public boolean getAsBoolean() {
    return queue.mayHaveItems() || role.state == RoleCore.State.CLOSED;
  }

  Flow.Publisher<D> flow() {
    if (desk.hasHandler()) {
      throw new IllegalStateException(role + " has a handler: what it receives goes there");
    }
    role.lock.lock();
    try {
      FlowBridge<D> bridge = flow;
      if (bridge == null) {
        bridge = new FlowBridge<>(role.messaging.executor(), this::pollDecoded);
        flow = bridge;
        if (role.state == RoleCore.State.CLOSED) {
          bridge.complete(); // closing may have looked for a flow before there was one
        }
      }
      return bridge;
    } finally {
      role.lock.unlock();
    }
  }

  /** The next message that can be decoded; the others are counted and dropped. */
  private @Nullable D pollDecoded() {
    while (true) {
      D item = queue.poll(null);
      if (item == null) {
        return null;
      }
      role.signalIfDraining();
      try {
        return desk.decode(item);
      } catch (CodecException e) {
        countUndecodable(desk.from(item));
      }
    }
  }

  /** How many messages are not handled yet. */
  int unfinished() {
    if (inline) {
      long over = ended.messages(); // first, since one that begins meanwhile may not be missed
      return Math.toIntExact(begun.messages() - over);
    }
    Dispatcher<D> workers = dispatcher;
    return queue.size() + (workers == null ? 0 : workers.busy());
  }

  int depthOf(SlotMetrics owner) {
    return queue.depthOf(owner);
  }

  /** Takes nothing more; hands over what nobody took. */
  List<D> close() {
    List<D> rest = queue.close();
    FlowBridge<D> bridge = flow;
    if (bridge != null) {
      bridge.complete();
    }
    return rest;
  }
}
