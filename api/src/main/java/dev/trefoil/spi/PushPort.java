package dev.trefoil.spi;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Peer;

/** A pusher's side: sends messages to targets, hears acknowledgements. */
public interface PushPort extends Port {
  /**
   * A puller that messages can be pushed to: one for each peer. A new connection is a new one. A
   * role uses either of the two sends, by its {@code assurance}.
   */
  interface Target {
    /** {@return who it is} */
    Peer peer();

    /**
     * The largest body that the peer takes, where the wire tells. A larger one is not sent at most
     * once: {@link #send(byte[])} returns false for it, and no {@link Listener#targetReady}
     * follows.
     *
     * @return bytes
     */
    default long maxMessage() {
      return Long.MAX_VALUE;
    }

    /**
     * Queues a message that is not acknowledged. Never blocks. After false, {@link
     * Listener#targetReady} follows as soon as there is room.
     *
     * @return false if there is no room or the target is gone; the message was not taken
     */
    boolean send(byte[] body);

    /**
     * Queues a message to be acknowledged. Called by one thread at a time for each target; the n-th
     * message that a target takes has the sequence number n in acknowledgements.
     *
     * @param number names the message, together with {@link PortContext#senderId()}
     * @param attempt from 1
     * @return as {@link #send(byte[])}
     */
    boolean send(long number, int attempt, byte[] body);
  }

  /** Called by I/O threads. */
  interface Listener extends Port.Listener {
    /** A target can be sent to. */
    void targetUp(Target target);

    /** A target that refused a message has room again. */
    void targetReady(Target target);

    /** A target takes no new messages, but may still acknowledge the ones it has. */
    void targetLeaving(Target target);

    /** A target is gone, and with it what it had not acknowledged. */
    void targetDown(Target target, DisconnectReason reason, String detail);

    /** The puller holds at most so many unacknowledged messages; comes before its targetUp. */
    void credit(Target target, int messages);

    /** The puller is done with these sequence numbers, both ends included. Peers may lie. */
    void acknowledged(Target target, long first, long last);

    /** The puller will not do the message with this sequence number. Peers may lie. */
    void refused(Target target, long sequence, Failure failure, String message);
  }
}
