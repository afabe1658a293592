package dev.trefoil.zmq;

import org.jspecify.annotations.Nullable;
import zmq.Msg;

/**
 * Finds out whether a peer is a Trefoil role that does not belong at the other end, such as a
 * requester that meets a requester: ZMTP lets a DEALER meet a DEALER. Each side names its role in a
 * PING after the handshake, and sends another once that is answered. A Trefoil peer's name comes
 * before its second PONG; any other peer has no name, and is known by that PONG. The name also
 * tells whether a drain can wait for the last word of the peer.
 *
 * <p>The connection's loop only, but for {@link #isNamed} and {@link #isNameExpected}.
 */
final class Introduction {
  private final @Nullable Part own;
  private volatile boolean named;
  private boolean waiting;
  private boolean asked;

  /** Makes one; without heartbeats no PING may be sent, and everybody is let in. */
  Introduction(@Nullable Part own, boolean heartbeats) {
    this.own = heartbeats ? own : null;
  }

  /** The handshake is over. */
  void begin(Connection connection) {
    Part part = own;
    if (part != null) {
      connection.send(Ping.name(part));
    }
    waiting = true;
    if (part != Part.REQUESTER && part != Part.REPLIER) {
      connection.met();
    }
  }

  /** {@return true once: what was waited for has come} */
  boolean end() {
    boolean was = waiting;
    waiting = false;
    return was;
  }

  /** {@return whether it is a Trefoil peer, as far as is known yet; any thread} */
  boolean isNamed() {
    return named;
  }

  /** {@return whether a Trefoil peer would name itself here; any thread} */
  boolean isNameExpected() {
    return own != null;
  }

  /** A command came. */
  void command(Connection connection, Msg command) {
    Part who = own == null ? null : Ping.named(command);
    if (who != null) {
      named = true;
      meet(connection, who);
    } else if (waiting && Ping.isPong(command)) {
      if (asked) {
        connection.met();
      } else {
        asked = true;
        connection.send(Ping.signOfLife());
      }
    }
  }

  private void meet(Connection connection, Part other) {
    Part part = own;
    if (part == null || part.fits(other)) {
      connection.met();
    } else if (connection.state() == State.KNOWN) {
      connection.refuse("it is a Trefoil " + other.word() + ", and this side is a " + part.word());
    }
  }
}
