package dev.trefoil.zmq;

import java.util.List;
import zmq.Options;

/** What {@link Curve} and {@link Plain} are to the rest of the package. Immutable. */
interface Security {
  /** {@return the mechanism's name on the wire} */
  String mechanism();

  /** {@return whether this side checks the other's credentials} */
  boolean server();

  /** Sets JeroMQ up. */
  void configure(Options options);

  /**
   * Whether a client is let in.
   *
   * @param credentials the frames that its mechanism gives
   */
  boolean admits(List<byte[]> credentials);
}
