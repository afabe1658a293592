package dev.trefoil.zmq;

import dev.trefoil.DisconnectReason;
import org.jspecify.annotations.Nullable;

/**
 * What a role does with one connection: the half of a port that is made anew for each peer. Called
 * on the connection's loop only, and never while a lock is held.
 */
abstract class Dialogue {
  final Connection connection;

  Dialogue(Connection connection) {
    this.connection = connection;
  }

  /** {@return the role of this side, if its socket type does not tell} */
  @Nullable Part part() {
    return null;
  }

  /** The handshake of ZMTP is over. A role that needs more to know its peer establishes later. */
  void up() {
    connection.establish();
  }

  /** The listener has heard of the peer; what it is to hear next follows here. */
  void established() {}

  /**
   * A whole message came. The frames' arrays are the callee's, the outer array is not.
   *
   * @return false to read nothing more until {@link Connection#resume}
   */
  abstract boolean message(byte[][] frames, int count);

  /** Everything read at once was delivered. */
  void batchEnd() {}

  /** There is room again after a message was refused. */
  void room() {}

  /** The peer wants nothing new. */
  void leaving() {}

  /** {@return whether this side sends work, of which the last is to be told to who leaves} */
  boolean sendsWork() {
    return false;
  }

  /** The peer is gone, which the listener hears after this. */
  void down(DisconnectReason reason, String detail) {}

  /** {@return something small to send before all that is queued, or null} */
  byte @Nullable [][] urgent() {
    return null;
  }

  /** {@return whether a close waits for the peer to have read everything, while there is time} */
  boolean outputMustArrive() {
    return false;
  }

  /** {@return whether messages left unsent when the connection is lost are dropped for good} */
  boolean unsentIsLost() {
    return true;
  }
}
