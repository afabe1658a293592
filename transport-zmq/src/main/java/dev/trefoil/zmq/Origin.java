package dev.trefoil.zmq;

import dev.trefoil.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection comes from. Immutable, any thread.
 *
 * @param endpoint where this side listens, or connected to
 * @param address the peer's
 * @param dialing who connected, or null if it was accepted
 */
record Origin(Endpoint endpoint, String address, @Nullable Dialing dialing) {
  boolean dialed() {
    return dialing != null;
  }
}
