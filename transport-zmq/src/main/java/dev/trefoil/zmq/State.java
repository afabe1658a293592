package dev.trefoil.zmq;

/** Where a connection is in its life; it only goes forward. */
enum State {
  /** ZMTP's handshake is under way. */
  HANDSHAKE,
  /** It is over, and the role does not know its peer yet. */
  KNOWN,
  /** The listener knows the peer. */
  UP,
  /** What is queued is written, then the connection ends. */
  FINISHING,
  /** It is gone. */
  CLOSED
}
