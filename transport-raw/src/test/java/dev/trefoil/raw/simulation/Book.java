package dev.trefoil.raw.simulation;

import dev.trefoil.Peer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Knows which connection a peer is behind, which port a role has, and what each stream owes. */
final class Book {
  private final World world;
  private final Map<Long, SimulatedConnection> byPeer = new HashMap<>();
  private final Map<String, SimulatedPort> ports = new LinkedHashMap<>();
  private Consumer<String> lostRequest = text -> {};
  private final Map<Long, Stream> streams = new LinkedHashMap<>();

  Book(World world) {
    this.world = world;
  }

  void opened(String label, SimulatedPort port) {
    if (ports.put(label, port) != null) {
      throw world.broken(label + " opened a second port");
    }
  }

  void closed(SimulatedPort port) {
    ports.values().remove(port);
  }

  void up(Peer peer, SimulatedConnection connection) {
    byPeer.put(peer.id(), connection);
  }

  /** Has somebody told of each request that was out on a connection when it ended. */
  void onLostRequest(Consumer<String> told) {
    lostRequest = told;
  }

  void ended(SimulatedConnection connection) {
    List.copyOf(connection.tap().waiting()).forEach(lostRequest);
  }

  /** {@return the near end of the connection that a peer is behind} */
  SimulatedConnection connection(Peer peer) {
    return byPeer.get(peer.id());
  }

  /** {@return the open port of a role, or null} */
  SimulatedPort port(String label) {
    return ports.get(label);
  }

  /** {@return the ports that are open} */
  Map<String, SimulatedPort> ports() {
    return ports;
  }

  /** {@return what a publisher's end of a connection has published to its subscriber} */
  Stream stream(SimulatedConnection publishersEnd) {
    return streams.computeIfAbsent(
        publishersEnd.number, number -> new Stream(world, number, publishersEnd));
  }

  Map<Long, Stream> streams() {
    return streams;
  }
}
