package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.spi.PortMetrics;
import java.util.concurrent.TimeUnit;

/**
 * Looks at one connection every now and then, and acts when a deadline has passed: handshake,
 * heartbeat, or a peer that takes nothing. The timer's thread only, but for {@link #heard} and
 * {@link #wrote}, which are the connection's loop's.
 *
 * <p>Silence means nothing while this side does not read, nor while the other does not: then the
 * peer is not lost but slow, which the stall timeout is for. So each side sends its PING every
 * interval, whatever else it does, and anything that comes counts as a sign of life. Nor does it
 * mean anything while the own loop is held up, or the whole process: what the peer said may lie
 * unread. So silence grows by no more than an interval from one look to the next, and only once the
 * loop has come round in between.
 */
final class Pulse {
  /** How long a peer that answers no PING is waited for. */
  private static final long INTRODUCTION_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long heartbeatNanos;
  private final int misses;
  private final long handshakeNanos;
  private final long stallNanos;
  private final PortMetrics metrics;
  private final long openedNanos;
  private long pingedNanos;
  private long missed;
  private long lookedNanos;
  private long knownNanos;
  private long silentNanos;
  private volatile boolean cameRound = true;
  private volatile long heardNanos;
  private volatile long wroteNanos;

  Pulse(Options options, PortMetrics metrics, long now) {
    this.heartbeatNanos = options.heartbeatInterval().toNanos();
    this.misses = options.heartbeatMisses();
    this.handshakeNanos = options.tcp().handshakeTimeout().toNanos();
    this.stallNanos = options.tcp().stallTimeout().toNanos();
    this.metrics = metrics;
    this.openedNanos = now;
    this.pingedNanos = now;
    this.lookedNanos = now;
    this.knownNanos = now;
    this.heardNanos = now;
    this.wroteNanos = now;
  }

  /** Something came. */
  void heard(long now) {
    heardNanos = now;
  }

  /** The engine is about to write. */
  void wrote(long now) {
    wroteNanos = now;
  }

  /** Looks whether a deadline has passed; {@code starving} if the engine has nothing to write. */
  void look(Connection connection, long now, boolean starving) {
    switch (connection.state()) {
      case HANDSHAKE, KNOWN -> handshaking(connection, now);
      case UP -> {
        if (starving) {
          idle(connection, now);
        } else {
          writing(connection, now);
        }
      }
      case FINISHING, CLOSED -> {}
    }
  }

  private void handshaking(Connection connection, long now) {
    if (connection.state() == State.KNOWN && now - openedNanos > INTRODUCTION_NANOS) {
      connection.later(connection::met);
    }
    if (now - openedNanos <= handshakeNanos) {
      return;
    }
    if (connection.state() == State.KNOWN) {
      connection.reject(
          RejectReason.LACKS_CAPABILITY,
          "it does not acknowledge messages: not Trefoil, or not at-least-once");
    } else {
      connection.reject(RejectReason.HANDSHAKE_TIMEOUT, "its handshake took too long");
    }
  }

  /** The engine has bytes that the system does not take. */
  private void writing(Connection connection, long now) {
    if (stallNanos > 0 && now - wroteNanos > stallNanos) {
      connection.abort(DisconnectReason.STALLED, "it took nothing of what was sent");
    }
  }

  private void idle(Connection connection, long now) {
    if (heartbeatNanos == 0) {
      return;
    }
    long silent = silentNanos(connection, now) / heartbeatNanos;
    if (silent > Math.max(missed, 1)) {
      metrics.heartbeatMissed();
    }
    missed = silent;
    if (silent > misses) {
      connection.abort(DisconnectReason.HEARTBEAT, "nothing was heard from it");
    } else if (now - pingedNanos >= heartbeatNanos) {
      pingedNanos = now;
      connection.say(Ping.signOfLife(), true);
    }
  }

  /** Adds what has passed since the last look, unless something came or the loop was held up. */
  private long silentNanos(Connection connection, long now) {
    long heard = heardNanos;
    if (heard != knownNanos || connection.paused()) {
      knownNanos = heard;
      silentNanos = 0;
    } else if (cameRound) {
      silentNanos += Math.min(now - lookedNanos, heartbeatNanos);
    }
    lookedNanos = now;
    if (cameRound && silentNanos >= heartbeatNanos) {
      cameRound = false;
      connection.later(() -> cameRound = true);
    }
    return silentNanos;
  }

  /** {@return how often to look, so that no deadline is much exceeded} */
  static long periodNanos(Options options) {
    long period = TimeUnit.SECONDS.toNanos(1);
    period = shorter(period, options.heartbeatInterval().toNanos() / 2);
    period = shorter(period, options.tcp().handshakeTimeout().toNanos() / 4);
    period = shorter(period, options.tcp().stallTimeout().toNanos() / 4);
    return Math.max(period, TimeUnit.MILLISECONDS.toNanos(5));
  }

  private static long shorter(long period, long other) {
    return other == 0 ? period : Math.min(period, other);
  }
}
