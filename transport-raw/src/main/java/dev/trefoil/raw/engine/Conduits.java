package dev.trefoil.raw.engine;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.raw.tls.Security;
import java.nio.channels.SocketChannel;

/**
 * Chooses what carries the bytes, by the endpoint's scheme. Any thread.
 *
 * @param security the role's keys
 */
record Conduits(Security security) {
  private static boolean isTls(Endpoint endpoint) {
    return endpoint.scheme().endsWith("+tls");
  }

  /** Refuses what cannot be bound, whatever is free. */
  void checkBind(Endpoint endpoint) {
    UnixSockets.check(endpoint);
    if (isTls(endpoint) && !security.canListen()) {
      throw new BindFailedException(
          endpoint,
          BindFailedException.Reason.BAD_CONFIGURATION,
          "a listener needs a certificate: give Options settings(Tls.builder().certificate(...))",
          null);
    }
  }

  /** {@return the conduit of a new connection} */
  Conduit over(SocketChannel channel, Endpoint endpoint, boolean dialed) {
    return isTls(endpoint)
        ? new TlsConduit(channel, security, dialed ? endpoint : null)
        : new PlainConduit(channel);
  }
}
