package dev.trefoil.raw.session;

import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.StreamQueue;

/**
 * The way out of a connection: its queue, the queue's bounds, and the lock that guards both. Any
 * thread may lock it; nothing that is called under the lock blocks or calls a listener.
 */
public final class Outlet {
  private final ShortLock lock = new ShortLock();
  private final int maxMessages;
  private final long maxBytes;

  // Guarded by lock.
  private FrameQueue queue = new StreamQueue();
  private boolean open;
  private boolean refused;
  private boolean shut;

  /** Makes one that takes no messages yet. */
  Outlet(int maxMessages, long maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Takes the lock that guards everything else here. */
  public void lock() {
    lock.lock();
  }

  /** Lets go of the lock. */
  public void unlock() {
    lock.unlock();
  }

  /** {@return the queue; under the lock} */
  public FrameQueue queue() {
    return queue;
  }

  /** Chooses the queue, before anything is queued; under the lock. */
  void use(FrameQueue chosen) {
    queue = chosen;
  }

  /** Takes messages from now on, or not. */
  void open(boolean now) {
    lock.lock();
    try {
      open = now;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no messages any more, whatever comes. */
  void close() {
    lock.lock();
    try {
      open = false;
      shut = true;
    } finally {
      lock.unlock();
    }
  }

  /** {@return whether it takes messages; under the lock} */
  boolean isOpen() {
    return open;
  }

  /** {@return whether a message may be queued; if not, room is announced later; under the lock} */
  boolean admit(int size) {
    if (!open || shut) {
      return false;
    }
    if (hasRoom(size)) {
      return true;
    }
    refused = true;
    return false;
  }

  /** Admits nothing any more, for the peer takes nothing new; under the lock. */
  void shut() {
    shut = true;
  }

  /** {@return whether there is room for a message; under the lock} */
  boolean hasRoom(int size) {
    int messages = queue.messages();
    return messages == 0 || (messages < maxMessages && queue.bytes() + size <= maxBytes);
  }

  /**
   * Whether somebody who was refused can be told that there is room again: once half of the queue
   * is written, so that he does not come for each single place. Under the lock.
   *
   * @return true once after a refusal
   */
  public boolean roomToAnnounce() {
    if (!refused || queue.messages() > maxMessages / 2 || queue.bytes() > maxBytes / 2) {
      return false;
    }
    refused = false;
    return true;
  }
}
