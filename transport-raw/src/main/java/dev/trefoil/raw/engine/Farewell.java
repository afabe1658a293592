package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a connection that is closed here: everything is written, then the end is, then the
 * peer's is awaited, which shows that it has read ours, or is gone. Confined to the connection's
 * loop.
 */
final class Farewell {
  private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

  /** How long to wait for the peer's end where nothing depends on it. */
  private static final long SHORT_NANOS = 200_000_000L;

  private static final int READS_AT_THE_END = 16;

  private long by = Long.MAX_VALUE;
  private boolean said;

  /** Sets the time when the connection ends in any case; a later one than known is ignored. */
  void noLaterThan(long time) {
    by = Timed.earlier(by, time);
  }

  /** {@return when the connection ends in any case, or Long.MAX_VALUE} */
  long due() {
    return by;
  }

  /** {@return whether that time has come} */
  boolean isOver(long now) {
    return by != Long.MAX_VALUE && now - by >= 0;
  }

  /** {@return whether our end was written} */
  boolean isSaid() {
    return said;
  }

  /**
   * Our end is being written.
   *
   * @param mustArrive whether there is all the time until {@link #due} for it to be read
   */
  void say(long now, boolean mustArrive) {
    said = true;
    if (!mustArrive) {
      noLaterThan(now + SHORT_NANOS);
    }
  }

  /**
   * Reads what the peer has written meanwhile, just before the socket is closed: if any of it were
   * left the system would take that for a failure, and drop what is on its way to the peer.
   */
  void readTheRest(Conduit conduit, ByteBuffer buffer) {
    try {
      for (int i = 0; i < READS_AT_THE_END; i++) {
        if (conduit.read(buffer.clear()) <= 0) {
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.trace("then nothing is on its way any more", e);
    }
  }
}
