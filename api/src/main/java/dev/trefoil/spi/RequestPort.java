package dev.trefoil.spi;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;
import org.jspecify.annotations.Nullable;

/** A requester's side: sends requests to targets, hears replies. */
public interface RequestPort extends Port {
  /** A replier that requests can be sent to: one for each peer. A new connection is a new one. */
  interface Target {
    /** {@return who it is} */
    Peer peer();

    /**
     * Queues a request. Never blocks. After false, {@link Listener#targetReady} follows as soon as
     * there is room.
     *
     * @param id 31 bits, unique among the role's outstanding requests
     * @param remainingNanos until the deadline
     * @param body the payload
     * @return false if there is no room or the target is gone; the request was not taken
     */
    boolean send(int id, long remainingNanos, byte[] body);

    /**
     * What a thread may do while it waits for this target's reply.
     *
     * @return where the target's I/O is done, or null if that is not lent out
     */
    default @Nullable Helm helm() {
      return null;
    }
  }

  /**
   * {@return whether {@link Listener#batchEnd} is called soon after replies, on the same thread, so
   * that the listener may wait for it to hand on together what came together}
   */
  default boolean endsBatches() {
    return false;
  }

  /** Called by I/O threads. */
  interface Listener extends Port.Listener {
    /** A target can be sent to. */
    void targetUp(Target target);

    /** A target that refused a request has room again. */
    void targetReady(Target target);

    /** A target takes no new requests, but may still answer the ones it has. */
    void targetLeaving(Target target);

    /** A target is gone, and with it what it had not answered. */
    void targetDown(Target target, DisconnectReason reason, String detail);

    /** A reply came. The id is whatever the peer sent: it may be late, or made up. */
    void reply(Target target, int id, byte[] body);

    /** The peer says that there will be no reply; {@code message} is for people. */
    void failed(Target target, int id, Failure failure, String message);

    /** What a target had to give for now was delivered: see {@link RequestPort#endsBatches}. */
    default void batchEnd(Target target) {}
  }
}
