package dev.trefoil.zmq;

import java.util.List;
import zmq.Options;

/** What {@link Curve} and {@link Plain} are to the rest of the package. Immutable. */
interface Security {
  /** {@return the mechanism's name on the wire} */
  String mechanism();

  /** {@return whether this side checks the other's credentials, where it connected or bound} */
  boolean server(boolean connected);

  /** Sets JeroMQ up for the connections that this side made, or for those that it accepted. */
  void configure(Options options, boolean connected);

  /**
   * Whether a client is let in.
   *
   * @param credentials the frames that its mechanism gives
   */
  boolean admits(List<byte[]> credentials);
}
