package dev.trefoil.zmq;

import java.util.concurrent.TimeUnit;
import zmq.Msg;

/**
 * How the two sides of a connection come to their last messages. Who is going to close says
 * goodbye; a Trefoil peer that sends requests or pushes then sends nothing new, and says so behind
 * what it has queued. Once that has come, closing loses nothing.
 *
 * <p>The connection's loop only, but for {@link #isQuiet}.
 */
final class Parting {
  /** Who has not said by then that it is a Trefoil peer is none. */
  static final long NAME_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Connection connection;
  private final ZmqPort port;
  private final Introduction introduction;
  private final Feed feed;
  private final Gate gate;
  private volatile long upAt;
  private volatile boolean lastCame;

  Parting(Connection connection, ZmqPort port, Introduction introduction, Feed feed, Gate gate) {
    this.connection = connection;
    this.port = port;
    this.introduction = introduction;
    this.feed = feed;
    this.gate = gate;
    this.upAt = port.nanoTime();
  }

  /** The peer is one now. */
  void up() {
    upAt = port.nanoTime();
  }

  /** A command came. */
  void command(Msg command, Ending ending) {
    if (Ping.isGoodbye(command)) {
      ending.goodbye();
      if (connection.state() == State.UP) {
        leave(connection.dialogue());
      }
    } else if (Ping.isLast(command)) {
      connection.later(this::lastCame); // when what came before it was handed on
    }
  }

  private void leave(Dialogue dialogue) {
    dialogue.leaving();
    if (dialogue.sendsWork()) {
      connection.outbox().shut();
      feed.endWithLast();
    }
  }

  private void lastCame() {
    lastCame = true;
    if (connection.state() != State.CLOSED) {
      port.quiet();
    }
  }

  /**
   * Whether nothing new comes, once it was asked for that. A peer may take itself for connected
   * before this side does, and one that has not named itself yet may do so.
   */
  boolean isQuiet() {
    return switch (connection.state()) {
      case HANDSHAKE -> !gate.isGreeted();
      case KNOWN -> false;
      case UP -> lastCame || !(introduction.isNamed() || mayStillBeNamed());
      case FINISHING, CLOSED -> true;
    };
  }

  private boolean mayStillBeNamed() {
    return introduction.isNameExpected() && port.nanoTime() - upAt < NAME_NANOS;
  }
}
