package dev.trefoil.zmq;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The connections of a port. Any thread may call it; the lock guards all fields and is a leaf. */
final class Roster {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition gone = lock.newCondition();
  private final Set<Connection> handshaking = new HashSet<>();
  private final Set<Connection> established = new HashSet<>();
  private boolean closed;
  private int unsent;

  /** Adds one that has not done its handshake; false if the port is closed. */
  boolean add(Connection connection) {
    lock.lock();
    try {
      return !closed && handshaking.add(connection);
    } finally {
      lock.unlock();
    }
  }

  /** The handshake is done. */
  void established(Connection connection) {
    lock.lock();
    try {
      if (handshaking.remove(connection)) {
        established.add(connection);
      }
    } finally {
      lock.unlock();
    }
  }

  /** It is gone, with messages that the port's close reports as unsent. */
  void remove(Connection connection, int left) {
    lock.lock();
    try {
      handshaking.remove(connection);
      established.remove(connection);
      unsent += left;
      gone.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more, and tells which there are. */
  List<Connection> closeAndList() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    return all();
  }

  List<Connection> all() {
    lock.lock();
    try {
      List<Connection> all = new ArrayList<>(established);
      all.addAll(handshaking);
      return all;
    } finally {
      lock.unlock();
    }
  }

  List<Connection> peers() {
    lock.lock();
    try {
      return new ArrayList<>(established);
    } finally {
      lock.unlock();
    }
  }

  int handshaking() {
    lock.lock();
    try {
      return handshaking.size();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return handshaking.size() + established.size();
    } finally {
      lock.unlock();
    }
  }

  int unsent() {
    lock.lock();
    try {
      return unsent;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there are none; an interrupt ends the wait and stays set. */
  boolean awaitEmpty(long nanos) {
    long left = nanos;
    lock.lock();
    try {
      while (!handshaking.isEmpty() || !established.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = gone.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }
}
