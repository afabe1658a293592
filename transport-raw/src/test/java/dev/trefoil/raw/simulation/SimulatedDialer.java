package dev.trefoil.raw.simulation;

import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.spi.Timekeeper.Timeout;
import dev.trefoil.spi.support.Backoff;

/** Keeps one endpoint connected, as the engine's dialer does. */
final class SimulatedDialer {
  private final SimulatedPort port;
  private final Endpoint endpoint;
  private final World world;
  private final Backoff backoff;
  private SimulatedConnection connection;
  private Timeout next;
  private boolean stopped;

  SimulatedDialer(SimulatedPort port, Endpoint endpoint, World world, Options options) {
    this.port = port;
    this.endpoint = endpoint;
    this.world = world;
    this.backoff = new Backoff(options.reconnectMin(), options.reconnectMax(), world.random());
  }

  void start() {
    next = world.within(0, port.network().slowest(), this::attempt);
  }

  private void attempt() {
    if (stopped) {
      return;
    }
    SimulatedConnection made = port.network().dial(port, this, endpoint);
    if (made == null) {
      port.connectFailed(endpoint, "connection refused");
      pause();
      return;
    }
    connection = made;
    port.add(made);
    made.start();
  }

  private void pause() {
    next = world.schedule(backoff.nextNanos(), this::attempt);
  }

  void up() {
    backoff.reset();
  }

  void ended() {
    connection = null;
    if (!stopped) {
      pause();
    }
  }

  /** Tries no more; {@return the connection there is, or null} */
  SimulatedConnection stop() {
    stopped = true;
    if (next != null) {
      next.cancel();
    }
    return connection;
  }
}
