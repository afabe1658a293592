package dev.trefoil;

/**
 * Somebody at the other end of a connection, as events and deliveries name them.
 *
 * <p>An immutable value; each connection makes a new one, so a peer that comes back is another.
 *
 * @param id unique within this process
 * @param endpoint the local endpoint that it was met through: the one bound or connected
 * @param address where it is, such as {@code 127.0.0.1:41820}
 * @param protocol what it speaks, such as {@code sp v0}, {@code raw v1}, {@code zmtp 3.1}
 */
public record Peer(long id, Endpoint endpoint, String address, String protocol) {
  @Override
  public String toString() {
    return "peer " + address + " of " + endpoint;
  }
}
