package dev.trefoil.inproc;

import dev.trefoil.spi.support.BoundedRing;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bounded queue of what goes out of one end; the other end's loop takes from it.
 *
 * <p>{@code lock} guards the queue and the flags beside it. Two ends have two of them: no thread
 * holds both, and nothing is called or posted while one is held, but {@link End#taking}.
 *
 * <p>Nothing is forgotten, since these hold whenever the lock is free:
 *
 * <ul>
 *   <li>A queue that is not empty is {@code announced}: the other end has posted its reading, or
 *       reads, or is paused until it is resumed. Only taking the last message ends it.
 *   <li>{@code wantsRoom} is set under the same lock as the queue was found full, so it is not
 *       empty then and somebody will take from it; whoever takes looks at the flag.
 * </ul>
 */
final class Outbox {
  /** How many messages a loop takes from one end before others have their turn. */
  private static final int BATCH = 64;

  /** What became of a message. */
  enum Outcome {
    QUEUED,
    FULL,
    GONE
  }

  /** What was in it at the end: messages of users', and those that nobody else keeps. */
  record Leftover(int messages, int onlyCopies) {}

  final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as are the flags below. */
  final BoundedRing<Message> queue;

  /** Takes nothing more: closing, gone, or the other end takes no new work. */
  boolean shut;

  private boolean announced;
  private boolean wantsRoom;
  private int wantedSize;
  private boolean deliveryMatters;

  /**
   * Somebody waits for the end of it all. Changed under the lock; looked at without it by who has
   * just changed {@code undelivered}, so that one of both sees what the other one did.
   */
  private volatile boolean watched;

  /**
   * What was handed over is not delivered yet; changed by the other end's loop, without the lock.
   */
  private volatile boolean undelivered;

  private final End end;

  Outbox(End end, int maxMessages, long maxBytes) {
    this.end = end;
    this.queue = new BoundedRing<>(maxMessages, maxBytes);
  }

  /** Queues a message, if there is room. Any thread. */
  Outcome send(Message message) {
    boolean first;
    int size = message.size();
    lock.lock();
    try {
      if (shut) {
        return Outcome.GONE;
      }
      if (!queue.offer(message, size)) {
        wantRoom(size);
        return Outcome.FULL;
      }
      first = announce();
    } finally {
      lock.unlock();
    }
    if (first) {
      end.wakeReader();
    }
    return Outcome.QUEUED;
  }

  /**
   * Under the lock, after there was no room: {@link End#onRoom} follows, or {@link End#onShut}.
   *
   * @param size what room is wanted for
   */
  void wantRoom(int size) {
    wantedSize = wantsRoom ? Math.min(wantedSize, size) : size;
    wantsRoom = true;
  }

  /** Under the lock, after queueing. Returns whether to wake the reader after unlocking. */
  boolean announce() {
    boolean first = !announced;
    announced = true;
    return first;
  }

  /** {@return how many messages wait here} */
  int size() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more. */
  void shut() {
    lock.lock();
    try {
      shut = true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether nothing waits, here or, if that matters, with the other end; if something does, {@link
   * End#emptied} follows when it was delivered.
   */
  boolean isEmptyOrWatched(boolean deliveryMatters) {
    lock.lock();
    try {
      this.deliveryMatters = deliveryMatters;
      watched = true; // first, so that either side sees what the other one did
      watched = !queue.isEmpty() || (deliveryMatters && undelivered);
      return !watched;
    } finally {
      lock.unlock();
    }
  }

  /** All that was handed over has been delivered; on the other end's loop. */
  void delivered() {
    undelivered = false;
    if (watched) {
      boolean emptied;
      lock.lock();
      try {
        emptied = watched && queue.isEmpty();
        watched &= !emptied;
      } finally {
        lock.unlock();
      }
      if (emptied) {
        end.postEmptied();
      }
    }
  }

  /** Moves messages to the other end's inbox, on its loop. Returns whether there are more. */
  boolean handOver(ArrayDeque<Message> inbox) {
    boolean more;
    boolean room;
    boolean emptied;
    lock.lock();
    try {
      Message message = queue.poll();
      for (int i = 1; message != null; i++) {
        inbox.add(end.taking(message));
        message = i < BATCH ? queue.poll() : null;
      }
      more = !queue.isEmpty();
      announced = more;
      room = wantsRoom && !shut && queue.hasRoom(wantedSize);
      wantsRoom &= !room;
      undelivered = true;
      emptied = watched && !more && !deliveryMatters;
      watched &= !emptied;
    } finally {
      lock.unlock();
    }
    if (room) {
      end.postRoom();
    }
    if (emptied) {
      end.postEmptied();
    }
    return more;
  }

  /** Throws away what is there and takes nothing more. */
  Leftover clear() {
    int messages = 0;
    int onlyCopies = 0;
    lock.lock();
    try {
      shut = true;
      for (Message message = queue.poll(); message != null; message = queue.poll()) {
        messages += message.care == Message.Care.CONTROL ? 0 : 1;
        onlyCopies += message.care == Message.Care.ONLY_COPY ? 1 : 0;
      }
    } finally {
      lock.unlock();
    }
    return new Leftover(messages, onlyCopies);
  }
}
