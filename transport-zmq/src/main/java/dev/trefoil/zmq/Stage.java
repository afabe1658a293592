package dev.trefoil.zmq;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The state of one connection, which only goes forward. Any thread may read it; its loop changes
 * it, and whoever ends the connection of a loop that was given up. The lock makes that one of them,
 * and is a leaf.
 */
final class Stage {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile State state = State.HANDSHAKE;

  State get() {
    return state;
  }

  /** Goes on to a later state, unless the connection was closed meanwhile. */
  boolean advance(State to) {
    lock.lock();
    try {
      boolean open = state != State.CLOSED;
      if (open) {
        state = to;
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** Closes; returns the state before, which is {@code CLOSED} for all but the first. */
  State close() {
    lock.lock();
    try {
      State before = state;
      state = State.CLOSED;
      return before;
    } finally {
      lock.unlock();
    }
  }
}
