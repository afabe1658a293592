package dev.trefoil.raw.session;

import dev.trefoil.Assurance;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.AheadBudget;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import java.time.Duration;

/**
 * What the sessions of one port have in common.
 *
 * @param role this side's
 * @param maxMessage the largest message
 * @param queueMessages how many messages wait for one peer
 * @param queueBytes how many bytes wait for one peer
 * @param heartbeatNanos after how much silence a peer is asked for a sign of life; 0: never
 * @param heartbeatMisses how many unanswered questions lose it
 * @param handshakeNanos how long a handshake may take
 * @param senderId a pusher's number, else 0
 * @param credit how many unacknowledged messages a puller takes, else 0
 * @param mostCredit to how many that may grow
 * @param atLeastOnce whether pushed messages are acknowledged
 * @param ahead bounds what is allocated for messages that have not come yet
 */
public record SessionConfig(
    SpRole role,
    int maxMessage,
    int queueMessages,
    long queueBytes,
    long heartbeatNanos,
    int heartbeatMisses,
    long handshakeNanos,
    long senderId,
    int credit,
    int mostCredit,
    boolean atLeastOnce,
    AheadBudget ahead) {
  /** {@return what a port's options ask for, with a budget of its own} */
  public static SessionConfig of(SpRole role, PortContext context) {
    return of(role, context, AheadBudget.ofHeap());
  }

  /** {@return what a port's options ask for} */
  public static SessionConfig of(SpRole role, PortContext context, AheadBudget ahead) {
    Options options = context.options();
    boolean pattern = role == SpRole.PUSH || role == SpRole.PULL;
    return new SessionConfig(
        role,
        options.maxMessageBytes(),
        options.sendQueueMessages(),
        options.sendQueueBytes(),
        options.heartbeatInterval().toNanos(),
        options.heartbeatMisses(),
        options.tcp().handshakeTimeout().toNanos(),
        role == SpRole.PUSH ? context.senderId() : 0,
        role == SpRole.PULL ? options.prefetch() : 0,
        role == SpRole.PULL ? options.prefetchUpTo() : 0,
        pattern && options.assurance() == Assurance.AT_LEAST_ONCE,
        ahead);
  }

  /** {@return what this side says of itself in v1} */
  Open open() {
    long millis = Math.min(Integer.MAX_VALUE, Duration.ofNanos(heartbeatNanos).toMillis());
    boolean sendsWork = role == SpRole.REQ || role == SpRole.PUSH;
    return new Open(
        Open.VERSION,
        (atLeastOnce ? Open.AT_LEAST_ONCE : 0) | (sendsWork ? Open.SAYS_LAST : 0),
        maxMessage,
        senderId,
        credit,
        (int) millis);
  }
}
