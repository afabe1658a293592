package dev.trefoil.spi.support;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers for {@link dev.trefoil.Peer#id()}: unique in this process, whatever the transport. */
public final class PeerIds {
  private static final AtomicLong LAST = new AtomicLong();

  private PeerIds() {}

  /** {@return the next number; any thread may ask} */
  public static long next() {
    return LAST.incrementAndGet();
  }
}
