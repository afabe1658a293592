package dev.trefoil.internal;

import dev.trefoil.Options;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a target with room, oldest first; each is in it at most once. Bounded
 * in messages and bytes, but a lone request is always let in.
 *
 * <p>Guarded by the role's lock, except for {@link #isEmpty} and {@link #size}.
 */
final class Unsent {
  private final int maxMessages;
  private final long maxBytes;
  private final Queue<Pending> line = new ArrayDeque<>();
  private long bytes;
  private volatile int count;

  Unsent(Options options) {
    this.maxMessages = options.sendQueueMessages();
    this.maxBytes = options.sendQueueBytes();
  }

  /** Appends; false if there is no room for it. */
  boolean add(Pending pending) {
    if (pending.queued) {
      return true;
    }
    int size = pending.body.length;
    if (!line.isEmpty() && (line.size() >= maxMessages || bytes + size > maxBytes)) {
      return false;
    }
    pending.queued = true;
    line.add(pending);
    bytes += size;
    count = line.size();
    if (pending.isEnded()) {
      remove(pending); // it ended while it was added, and may have been looked for before
    }
    return true;
  }

  @Nullable Pending peek() {
    return line.peek();
  }

  /** Takes it out, wherever it stands; nothing happens if it is not there. */
  void remove(Pending pending) {
    if (!pending.queued) {
      return;
    }
    pending.queued = false;
    if (line.peek() == pending) {
      line.remove();
    } else {
      line.remove(pending);
    }
    bytes -= pending.body.length;
    count = line.size();
  }

  /** Without the lock: a request that ends looks here after that was settled. */
  boolean isEmpty() {
    return count == 0;
  }

  int size() {
    return count;
  }
}
