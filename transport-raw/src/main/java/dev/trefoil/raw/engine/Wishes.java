package dev.trefoil.raw.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** What other threads ask of a connection's loop, until it sees to it. Any thread. */
final class Wishes {
  static final int WATCH_WRITABLE = 1;
  static final int ANNOUNCE_ROOM = 2;
  static final int RESUME = 4;
  static final int CLOSE = 8;
  static final int SHUT_DOWN = 16;
  static final int READ_ON = 32;

  private final AtomicInteger open = new AtomicInteger();

  /** Adds one; {@return whether the loop has to be told, since there was none} */
  boolean add(int wish) {
    return open.getAndUpdate(before -> before | wish) == 0;
  }

  /** {@return all there are, which are none from then on} */
  int take() {
    return open.getAndSet(0);
  }
}
