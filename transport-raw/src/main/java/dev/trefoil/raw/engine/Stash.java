package dev.trefoil.raw.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What was read of a connection that pauses, and waits to be handed on. Confined to the
 * connection's loop.
 */
final class Stash {
  /** So much may be here before nothing more is read ahead. */
  private static final int LOOK_AHEAD = 64 * 1024;

  private static final long SELDOM_NANOS = 10_000_000_000L;

  private final Ready owner;
  private final Loop loop;
  private final Conduit conduit;
  private final long intervalNanos;
  private long lookAt;
  private @Nullable ByteBuffer kept;

  /** Makes one that is looked at as often as heartbeats are due, if there are any. */
  Stash(Ready owner, Loop loop, Conduit conduit, long heartbeatNanos, long now) {
    this.owner = owner;
    this.loop = loop;
    this.conduit = conduit;
    this.lookAt = now;
    intervalNanos = heartbeatNanos == 0 ? SELDOM_NANOS : Math.min(heartbeatNanos, SELDOM_NANOS);
  }

  /** {@return when to look ahead again} */
  long nextLook(long now) {
    if (isDue(now)) {
      lookAt = now + intervalNanos;
    }
    return lookAt;
  }

  /** {@return whether it is time for it} */
  boolean isDue(long now) {
    return now - lookAt >= 0;
  }

  /** Puts bytes aside; those that are here already stay, those behind them too. */
  void keep(ByteBuffer bytes) {
    if (kept == null) {
      kept = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
  }

  /** {@return what is here, to be read, or null} */
  @Nullable ByteBuffer kept() {
    return kept;
  }

  /** The connection is read again. */
  void clear() {
    kept = null;
    loop.losses().rest(conduit.channel());
  }

  /** The connection is about to be closed. */
  void end(long now) {
    kept = null;
    loop.losses().forget(conduit.channel(), now);
  }

  /**
   * Reads on for a little, since only who reads sees an orderly end; and has the {@link LossWatch}
   * look for any other.
   *
   * @param writeFailed whether that tells of it already
   * @return the end, if it is seen at once
   */
  @Nullable Ending lookAhead(long now, boolean writeFailed) {
    try {
      if (readAhead(conduit, loop.readBuffer())) {
        return Ending.BY_PEER;
      }
    } catch (IOException e) {
      return new Ending(conduit.reason(e), conduit.words(e));
    }
    if (writeFailed) {
      return Ending.WRITE_FAILED;
    }
    loop.losses().watch(conduit.channel(), owner, now);
    return null;
  }

  private boolean readAhead(Conduit from, ByteBuffer buffer) throws IOException {
    for (int have = size(); have < LOOK_AHEAD; have = size()) {
      buffer.clear().limit(LOOK_AHEAD - have);
      int count = from.read(buffer);
      if (count <= 0) {
        return count < 0;
      }
      ByteBuffer longer = ByteBuffer.allocate(have + count);
      if (kept != null) {
        longer.put(kept);
      }
      kept = longer.put(buffer.flip()).flip();
    }
    return false;
  }

  private int size() {
    return kept == null ? 0 : kept.remaining();
  }
}
