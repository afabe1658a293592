package dev.trefoil.internal;

import dev.trefoil.Options;
import dev.trefoil.SendResult;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Timekeeper.Timeout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each message pushed at-least-once until a puller acknowledged it or it was given up.
 *
 * <p>A message is in one of three places: with a lane that it was sent to, in {@code again} because
 * it must be sent again, or forgotten. An acknowledgement counts wherever the message is by then.
 *
 * <p>{@code lock} guards all state; futures, listeners and the role's waiting threads are told
 * without it. What pullers acknowledge is put into {@code told}, and heard by whoever has the lock:
 * an I/O thread does not wait for a thread that pushes, nor wakes up for its sake, but leaves the
 * range to it. So whoever lets go of the lock looks into {@code told} once more.
 */
final class Redelivery {
  private static final int CHECKS_PER_TIMEOUT = 4;

  /**
   * From then on a return counts as an attempt: a puller that refuses all must not go on for ever.
   */
  private static final int UNSEEN_RETURNS = 1_000;

  /** So many ranges are left to others; whoever brings more waits for the lock. */
  private static final int MOST_TOLD = 256;

  private final PushCore<?> role;
  private final Options options;
  private final int inFlight;
  private final ReentrantLock lock = new ReentrantLock();
  private final Rotation<PushLane> rotation;
  private final Endings endings;
  private final Consumer<Endings.Batch> here;
  private final Consumer<Endings.Batch> elsewhere;
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final AtomicInteger toldCount = new AtomicInteger();

  private final Set<PushLane> lanes = new LinkedHashSet<>();
  private final Deque<Kept> again = new ArrayDeque<>();
  private final List<Mark> marks = new ArrayList<>();
  private @Nullable Timeout nextCheck;
  private long numbers;
  private boolean checking;
  private boolean closed;
  private int unacknowledged;

  Redelivery(PushCore<?> role, Rotation<PushLane> rotation, long senderId) {
    this.role = role;
    this.options = role.options();
    this.inFlight = options.inFlight();
    this.rotation = rotation;
    this.endings = new Endings(role, senderId);
    this.here = endings::tell;
    this.elsewhere = endings::tellElsewhere;
  }

  /** What a puller says it is done with; it may be wrong, or lie. */
  private record Told(PushLane lane, long first, long last) {}

  /** What ends while the lock is held. */
  private final class Ended extends Endings.Batch implements PushLane.Settler {
    @Override
    public void settle(long number) {
      forgotten(number, this);
    }

    @Override
    public void settle(Kept message) {
      if (forget(message, this) && message.future != null) {
        done.add(message);
      }
    }
  }

  int unacknowledged() {
    lock.lock();
    try {
      return unacknowledged;
    } finally {
      lock.unlock();
      hearTheRest(elsewhere);
    }
  }

  /** What somebody waits for: the messages up to the last one when he began to. */
  final class Mark implements AutoCloseable {
    private final long last = numbers;
    private int left = unacknowledged;

    private Mark() {
      marks.add(this);
    }

    boolean isReached() {
      lock.lock();
      try {
        return left == 0;
      } finally {
        lock.unlock();
        hearTheRest(elsewhere);
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        marks.remove(this);
      } finally {
        lock.unlock();
        hearTheRest(elsewhere);
      }
    }
  }

  Mark mark() {
    lock.lock();
    try {
      return new Mark();
    } finally {
      lock.unlock();
      hearTheRest(elsewhere);
    }
  }

  SendResult offer(byte[] body, @Nullable CompletableFuture<Void> future) {
    Endings.Batch ended = null;
    SendResult result;
    lock.lock();
    try {
      if (isTold()) {
        ended = hear();
      }
      result = offerLocked(body, future);
    } finally {
      lock.unlock();
    }
    if (ended != null) {
      endings.tellElsewhere(ended); // its callbacks may push, and would do so within this push
    }
    hearTheRest(elsewhere);
    return result;
  }

  private SendResult offerLocked(byte[] body, @Nullable CompletableFuture<Void> future) {
    if (closed || !role.isOpen()) {
      return SendResult.CLOSED;
    }
    Object[] targets = rotation.targets();
    int count = targets.length;
    if (count == 0) {
      return SendResult.NO_PEER;
    }
    if (unacknowledged >= inFlight || !again.isEmpty()) {
      return SendResult.FULL; // what waits to be sent again goes first
    }
    int start = rotation.start(count);
    for (int i = start; i < start + count; i++) {
      PushLane lane = (PushLane) targets[i < count ? i : i - count];
      if (lane.hasCredit() && lane.target.send(numbers + 1, 1, body)) {
        note(lane, body, future);
        lane.metrics.port.sent(body.length);
        unacknowledged++;
        startChecking();
        return SendResult.SENT;
      }
    }
    return SendResult.FULL;
  }

  private void note(PushLane lane, byte[] body, @Nullable CompletableFuture<Void> future) {
    numbers++;
    if (future == null) {
      lane.note(numbers, body);
      return;
    }
    Kept message = new Kept(numbers, body, future);
    message.attempts = 1;
    lane.note(message);
  }

  /** With the lock held: there may be room for what waits to be sent again. */
  private void sendAgain() {
    Kept next = again.peek();
    while (next != null && (next.done || sendAgain(next))) {
      again.remove();
      next.waiting = false;
      next = again.peek();
    }
  }

  /** Sends to the next lane that has credit and room, if possible not to the one it was sent to. */
  private boolean sendAgain(Kept message) {
    PushLane last = message.lane;
    PushLane lane = rotation.first(each -> each != last && send(each, message));
    if (lane == null && last != null) {
      lane = rotation.first(each -> each == last && send(each, message));
    }
    if (lane == null) {
      return false;
    }
    lane.metrics.port.sent(message.body.length);
    if (message.attempts > 1) {
      lane.metrics.redelivered.increment();
    }
    return true;
  }

  private static boolean send(PushLane lane, Kept message) {
    if (!lane.hasCredit()
        || !lane.target.send(message.number, message.attempts + 1, message.body)) {
      return false;
    }
    message.attempts++;
    lane.note(message);
    return true;
  }

  /** A target has room again, or there is a new one. */
  void roomAppeared() {
    change(ended -> {});
  }

  void credit(PushLane lane, int messages) {
    change(
        ended -> {
          lanes.add(lane);
          lane.credit = Math.max(0, messages);
        });
  }

  void acknowledged(PushLane lane, long first, long last) {
    told.add(new Told(lane, first, last));
    if (toldCount.incrementAndGet() > MOST_TOLD) {
      change(ended -> {});
    } else {
      hearTheRest(here);
    }
  }

  void refused(PushLane lane, long sequence, Failure failure, String message) {
    change(
        ended -> {
          Kept refused = lane.take(sequence);
          if (refused != null && refused.isOpen(lane, sequence)) {
            boolean unseen = failure == Failure.CLOSING || failure == Failure.OVERLOADED;
            if (unseen && ++refused.returns < UNSEEN_RETURNS) {
              refused.attempts--; // no handler saw it: that attempt does not count
            }
            redeliver(refused, "refused: " + message, ended);
          }
        });
  }

  void lost(PushLane lane, String why) {
    change(
        ended -> {
          lane.gone = true;
          lanes.remove(lane);
          lane.takeAll(
              (message, sequence) -> {
                if (message.isOpen(lane, sequence)) {
                  redeliver(message, why, ended);
                }
              });
        });
  }

  /** Does something with the lock held, and without it what follows from that. */
  private void change(Consumer<Endings.Batch> what) {
    Endings.Batch ended;
    lock.lock();
    try {
      ended = hear();
      what.accept(ended);
      sendAgain();
      ended.all = unacknowledged == 0;
    } finally {
      lock.unlock();
    }
    endings.tell(ended);
    role.roomAppeared();
    hearTheRest(here);
  }

  /** With the lock held: takes to heart what pullers told, in the order of their telling. */
  private Endings.Batch hear() {
    Ended ended = new Ended();
    int heard = 0;
    for (Told next = told.poll(); next != null; next = told.poll()) {
      heard++;
      next.lane.take(next.first, next.last, ended); // cut to what the peer can know
    }
    if (heard > 0) {
      toldCount.addAndGet(-heard);
      sendAgain();
      ended.all = unacknowledged == 0;
    }
    return ended;
  }

  /** Cheaper than a look at the queue, and looked at with each push. */
  private boolean isTold() {
    return toldCount.get() > 0;
  }

  /** What was told while somebody held the lock, unless somebody holds it again and will look. */
  private void hearTheRest(Consumer<Endings.Batch> tell) {
    while (isTold() && lock.tryLock()) {
      Endings.Batch ended;
      try {
        ended = hear();
      } finally {
        lock.unlock();
      }
      tell.accept(ended);
      role.roomAppeared();
    }
  }

  /** With the lock held: back in line, or given up after the last attempt. */
  private void redeliver(Kept message, String why, Endings.Batch ended) {
    message.why = why;
    if (message.attempts < options.maxAttempts()) {
      message.waiting = true;
      again.add(message);
    } else if (!message.done) {
      ended.die(message);
      forget(message, ended);
    }
  }

  private boolean forget(Kept message, Endings.Batch ended) {
    if (message.done) {
      return false;
    }
    message.done = true;
    forgotten(message.number, ended);
    if (message.waiting) {
      again.remove(message); // rare: acknowledged late, while it waited to be sent again
    }
    return true;
  }

  private void forgotten(long number, Endings.Batch ended) {
    unacknowledged--;
    if (!marks.isEmpty()) {
      for (Mark mark : marks) {
        if (number <= mark.last && --mark.left == 0) {
          ended.marks = true;
        }
      }
    }
  }

  /** With the lock held: one timer for all messages, while there are any. */
  private void startChecking() {
    if (!checking) {
      checking = true;
      scheduleCheck();
    }
  }

  private void scheduleCheck() {
    long timeout = options.acknowledgeTimeout().toNanos();
    nextCheck = role.time.schedule(Math.max(1_000_000, timeout / CHECKS_PER_TIMEOUT), this::check);
  }

  /** Sends again what was not acknowledged in time. The slow puller keeps its slot of credit. */
  private void check() {
    change(
        ended -> {
          if (closed || unacknowledged == 0) {
            checking = false;
            return;
          }
          long now = role.time.nanoTime();
          for (PushLane lane : lanes) {
            overdue(lane, now, ended);
          }
          scheduleCheck();
        });
  }

  private void overdue(PushLane lane, long now, Endings.Batch ended) {
    String time = Words.seconds(options.acknowledgeTimeout());
    lane.forEachOlder(
        now,
        options.acknowledgeTimeout().toNanos(),
        (message, sequence) ->
            redeliver(
                message, "not acknowledged within " + time + " by " + lane.target.peer(), ended));
  }

  void close(RuntimeException error) {
    List<Kept> rest = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      lanes.forEach(lane -> takeAll(lane, rest));
      again.stream().filter(message -> !message.done).forEach(rest::add);
      again.clear();
      rest.forEach(message -> message.done = true);
      unacknowledged = 0;
      if (nextCheck != null) {
        nextCheck.cancel(); // it would keep the closed role for a while
      }
    } finally {
      lock.unlock();
    }
    endings.fail(rest, error);
    hearTheRest(here);
    endings.hurry();
  }

  private static void takeAll(PushLane lane, List<Kept> rest) {
    lane.takeAll(
        (message, sequence) -> {
          if (message.isOpen(lane, sequence)) {
            rest.add(message);
          }
        });
  }
}
