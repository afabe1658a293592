package dev.trefoil.internal;

import dev.trefoil.DeadLetter;
import dev.trefoil.DeadLetterListener;
import dev.trefoil.MessageId;
import dev.trefoil.NotDeliveredException;
import dev.trefoil.Options;
import dev.trefoil.SendResult;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.Timekeeper.Timeout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each message pushed at-least-once until a puller acknowledged it or it was given up.
 *
 * <p>A message is in one of three places: with a lane that it was sent to, in {@code again} because
 * it must be sent again, or forgotten. An acknowledgement counts wherever the message is by then.
 * All state is guarded by the role's lock; futures and listeners are called without it.
 */
final class Redelivery {
  private static final Logger LOG = LoggerFactory.getLogger(Redelivery.class);
  private static final int CHECKS_PER_TIMEOUT = 4;

  /**
   * From then on a return counts as an attempt: a puller that refuses all must not go on for ever.
   */
  private static final int UNSEEN_RETURNS = 1_000;

  private final PushCore<?> role;
  private final Options options;
  private final ReentrantLock lock;
  private final Rotation<PushLane> rotation;
  private final long senderId;
  private final Completions completions;
  private final Set<PushLane> lanes = new LinkedHashSet<>();
  private final Deque<Kept> again = new ArrayDeque<>();
  private final List<Mark> marks = new ArrayList<>();
  private @Nullable Timeout nextCheck;
  private long numbers;
  private boolean checking;
  private boolean closed;
  private volatile int unacknowledged;

  Redelivery(PushCore<?> role, Rotation<PushLane> rotation, long senderId) {
    this.role = role;
    this.options = role.options();
    this.lock = role.lock;
    this.rotation = rotation;
    this.senderId = senderId;
    this.completions = new Completions(role.messaging.callbacks(), options.execution());
  }

  /** A message that is not acknowledged yet. */
  static final class Kept {
    final long number;
    final byte[] body;
    final @Nullable CompletableFuture<Void> future;
    int attempts;
    int returns; // how often it came back unseen
    long sentNanos;
    @Nullable PushLane lane; // where it was sent last
    long sequence; // there
    boolean waiting; // in the line of those to be sent again
    boolean done; // acknowledged or given up
    String why = "";

    Kept(long number, byte[] body, @Nullable CompletableFuture<Void> future) {
      this.number = number;
      this.body = body;
      this.future = future;
    }

    /** Whether that attempt is the last one, and nothing was heard of it yet. */
    boolean isOpen(PushLane on, long as) {
      return lane == on && sequence == as && !done && !waiting;
    }
  }

  int unacknowledged() {
    return unacknowledged;
  }

  /** What somebody waits for: the messages up to the last one when he began to. */
  final class Mark implements AutoCloseable {
    private final long last = numbers;
    private int left = unacknowledged;

    private Mark() {
      marks.add(this);
    }

    boolean isReached() {
      return left == 0;
    }

    @Override
    public void close() {
      marks.remove(this);
    }
  }

  /** With the lock held, as for all that is done with the mark. */
  Mark mark() {
    return new Mark();
  }

  SendResult offer(byte[] body, @Nullable CompletableFuture<Void> future) {
    lock.lock();
    try {
      if (closed || !role.isOpen()) {
        return SendResult.CLOSED;
      }
      if (rotation.isEmpty()) {
        return SendResult.NO_PEER;
      }
      if (unacknowledged >= options.inFlight() || !again.isEmpty()) {
        return SendResult.FULL; // what waits to be sent again goes first
      }
      Kept message = new Kept(numbers + 1, body, future);
      if (!send(message, null)) {
        return SendResult.FULL;
      }
      numbers++;
      count(1);
      startChecking();
      return SendResult.SENT;
    } finally {
      lock.unlock();
    }
  }

  /** Sends to the next lane that has credit and room, if possible not to the one to avoid. */
  private boolean send(Kept message, @Nullable PushLane avoid) {
    PushLane lane = rotation.first(each -> each != avoid && sendTo(each, message));
    if (lane == null && avoid != null) {
      lane = rotation.first(each -> each == avoid && sendTo(each, message));
    }
    if (lane == null) {
      return false;
    }
    message.lane = lane;
    message.sentNanos = role.time.nanoTime();
    lane.metrics.port.sent(message.body.length);
    return true;
  }

  private boolean sendTo(PushLane lane, Kept message) {
    if (!lane.hasCredit()
        || !lane.target.send(message.number, message.attempts + 1, message.body)) {
      return false;
    }
    message.attempts++;
    lane.note(message);
    return true;
  }

  /** With the lock held: there may be room for what waits to be sent again. */
  void sendAgain() {
    Kept next = again.peek();
    while (next != null && (next.done || send(next, next.lane))) {
      again.remove();
      next.waiting = false;
      PushLane lane = next.lane;
      if (lane != null && !next.done && next.attempts > 1) {
        lane.metrics.redelivered.increment();
      }
      next = again.peek();
    }
  }

  void credit(PushLane lane, int messages) {
    lock.lock();
    try {
      lanes.add(lane);
      lane.credit = Math.max(0, messages);
      role.roomAppeared();
    } finally {
      lock.unlock();
    }
  }

  void acknowledged(PushLane lane, long first, long last) {
    List<Kept> done = new ArrayList<>();
    lock.lock();
    try {
      // What the peer says is cut to what it can know: it may be wrong, or lie.
      lane.take(
          first,
          last,
          (message, sequence) -> {
            if (forget(message) && message.future != null) {
              done.add(message);
            }
          });
      role.roomAppeared();
    } finally {
      lock.unlock();
    }
    done.forEach(this::succeed);
    tellIfAllDone();
  }

  void refused(PushLane lane, long sequence, Failure failure, String message) {
    List<Kept> dead = new ArrayList<>();
    lock.lock();
    try {
      Kept refused = lane.take(sequence);
      if (refused != null && refused.isOpen(lane, sequence)) {
        boolean unseen = failure == Failure.CLOSING || failure == Failure.OVERLOADED;
        if (unseen && ++refused.returns < UNSEEN_RETURNS) {
          refused.attempts--; // no handler saw it: that attempt does not count
        }
        redeliver(refused, "refused: " + message, dead);
      }
      role.roomAppeared();
    } finally {
      lock.unlock();
    }
    dead.forEach(this::giveUp);
    tellIfAllDone();
  }

  void lost(PushLane lane, String why) {
    List<Kept> dead = new ArrayList<>();
    lock.lock();
    try {
      lanes.remove(lane);
      lane.takeAll(
          (message, sequence) -> {
            if (message.isOpen(lane, sequence)) {
              redeliver(message, why, dead);
            }
          });
      role.roomAppeared();
    } finally {
      lock.unlock();
    }
    dead.forEach(this::giveUp);
    tellIfAllDone();
  }

  /** With the lock held: back in line, or given up after the last attempt. */
  private void redeliver(Kept message, String why, List<Kept> dead) {
    message.why = why;
    if (message.attempts < options.maxAttempts()) {
      message.waiting = true;
      again.add(message);
    } else if (forget(message)) {
      dead.add(message);
    }
  }

  private boolean forget(Kept message) {
    if (message.done) {
      return false;
    }
    message.done = true;
    count(-1);
    for (Mark mark : marks) {
      if (message.number <= mark.last && --mark.left == 0) {
        role.changed.signalAll();
      }
    }
    if (message.waiting) {
      again.remove(message); // rare: acknowledged late, while it waited to be sent again
    }
    return true;
  }

  /** With the lock held, which makes it the only writer. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void count(int change) {
    unacknowledged += change;
  }

  private void succeed(Kept message) {
    CompletableFuture<Void> future = message.future;
    if (future != null) {
      completions.run(() -> future.complete(null));
    }
  }

  private void giveUp(Kept message) {
    MessageId id = new MessageId(senderId, message.number);
    LOG.warn(
        "{}: gave up message {} after {} attempts: {}", role, id, message.attempts, message.why);
    PushLane lane = message.lane;
    if (lane != null) {
      lane.metrics.dead.increment();
    }
    DeadLetterListener listener = options.deadLetters();
    if (listener != null) {
      DeadLetter letter = new DeadLetter(id, message.body, message.attempts, message.why);
      role.event(() -> listener.onDeadLetter(letter));
    }
    CompletableFuture<Void> future = message.future;
    if (future != null) {
      String text = "message " + id + " was given up after " + message.attempts + " attempts: ";
      NotDeliveredException error = new NotDeliveredException(text + message.why);
      completions.run(() -> future.completeExceptionally(error));
    }
  }

  private void tellIfAllDone() {
    if (unacknowledged == 0) {
      role.signalChange();
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
    List<Kept> dead = new ArrayList<>();
    lock.lock();
    try {
      if (closed || unacknowledged == 0) {
        checking = false;
        return;
      }
      long now = role.time.nanoTime();
      for (PushLane lane : lanes) {
        overdue(lane, now, dead);
      }
      role.roomAppeared();
      scheduleCheck();
    } finally {
      lock.unlock();
    }
    dead.forEach(this::giveUp);
    tellIfAllDone();
  }

  private void overdue(PushLane lane, long now, List<Kept> dead) {
    long limit = options.acknowledgeTimeout().toNanos();
    lane.forEach(
        (sequence, message) -> {
          if (!message.isOpen(lane, sequence)) {
            return true;
          }
          if (now - message.sentNanos < limit) {
            return false; // sent in order: the ones behind it are younger
          }
          String time = Words.seconds(options.acknowledgeTimeout());
          redeliver(message, "not acknowledged within " + time + " by " + lane.target.peer(), dead);
          return true;
        });
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
    for (Kept message : rest) {
      CompletableFuture<Void> future = message.future;
      if (future != null) {
        completions.run(() -> future.completeExceptionally(error));
      }
    }
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
