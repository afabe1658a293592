package dev.trefoil.raw.engine;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The connections of a port that are not read, since a listener asked for a pause. Any thread. */
final class Pauses {
  private final Queue<TcpConnection> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger ends = new AtomicInteger();

  /** Goes on reading wherever it was paused. */
  void end() {
    ends.incrementAndGet();
    // Only those that wait now: one that pauses again meanwhile waits for the next call.
    for (int left = waiting.size(); left > 0; left--) {
      TcpConnection next = waiting.poll();
      if (next != null) {
        next.resume();
      }
    }
  }

  /** {@return how often pauses were ended} */
  int ends() {
    return ends.get();
  }

  void add(TcpConnection connection) {
    waiting.add(connection);
  }

  /** {@return whether it waited still, and no longer does} */
  boolean remove(TcpConnection connection) {
    return waiting.remove(connection);
  }
}
