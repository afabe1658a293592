package dev.trefoil.raw.simulation;

import dev.trefoil.BindFailedException;
import dev.trefoil.Endpoint;
import dev.trefoil.raw.wire.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who listens where, the connections there are, and how slow everything is. */
final class SimulatedNetwork {
  private final World world;
  private final int window;
  private final int cuts;
  private final long slowest;
  private final long writeDelay;
  private final long readDelay;
  private final Map<String, SimulatedPort> listeners = new HashMap<>();
  private final TreeMap<Long, SimulatedConnection> connections = new TreeMap<>();
  private long numbers;
  private int ports = 50_000;

  SimulatedNetwork(World world) {
    this.world = world;
    this.window = 256 << world.between(0, 8);
    this.cuts = (int) world.between(2, 10);
    this.slowest = World.MICROSECOND << world.between(3, 15);
    this.writeDelay = World.MICROSECOND << world.between(0, 10);
    this.readDelay = World.MICROSECOND << world.between(0, 10);
  }

  World world() {
    return world;
  }

  int window() {
    return window;
  }

  /** {@return how much of so many bytes goes at once: all of it, or any part} */
  int cut(int bytes) {
    return world.onceIn(cuts) ? (int) world.between(1, bytes) : bytes;
  }

  long delay() {
    return world.between(1, slowest);
  }

  /** {@return how long bytes are on their way at most, but for what waits in front of them} */
  long slowest() {
    return slowest + writeDelay + readDelay;
  }

  long writeDelay() {
    return writeDelay;
  }

  long readDelay() {
    return readDelay;
  }

  private static String place(Endpoint endpoint) {
    return endpoint.host() + ":" + endpoint.port();
  }

  Endpoint listen(Endpoint endpoint, SimulatedPort port) {
    Endpoint bound = endpoint.port() == 0 ? endpoint.withPort(ports++) : endpoint;
    if (listeners.putIfAbsent(place(bound), port) != null) {
      throw new BindFailedException(endpoint, BindFailedException.Reason.IN_USE, "", null);
    }
    return bound;
  }

  void unlisten(Endpoint endpoint) {
    listeners.remove(place(endpoint));
  }

  /** {@return the new connection's near end, or null if nobody listens} */
  SimulatedConnection dial(SimulatedPort from, SimulatedDialer dialer, Endpoint to) {
    SimulatedPort port = listeners.get(place(to));
    if (port == null) {
      return null;
    }
    Dialect dialect = to.scheme().startsWith("sp") ? Dialect.V0 : Dialect.V1;
    SimulatedConnection near = new SimulatedConnection(this, from, dialer, dialect, to, ++numbers);
    SimulatedConnection far = new SimulatedConnection(this, port, null, null, to, ++numbers);
    near.join(far);
    far.join(near);
    connections.put(near.number, near);
    connections.put(far.number, far);
    port.add(far);
    world.within(0, slowest, far::start);
    world.note("connected", near.number, far.number);
    return near;
  }

  void ended(SimulatedConnection connection) {
    connections.remove(connection.number);
  }

  /** {@return those that are not ended, in the order of their making} */
  List<SimulatedConnection> connections() {
    return new ArrayList<>(connections.values());
  }

  /** {@return whether nobody listens and nothing is connected} */
  boolean isEmpty() {
    return listeners.isEmpty() && connections.isEmpty();
  }
}
