package dev.trefoil.raw.simulation;

/** One direction of a connection: things arrive in order and late, or not at all once it is cut. */
final class Cable {
  private final SimulatedNetwork network;
  private final World world;
  private long lastArrival;
  private int onTheWay;
  private boolean cut;

  Cable(SimulatedNetwork network) {
    this.network = network;
    this.world = network.world();
    this.lastArrival = world.nanoTime();
  }

  /** {@return how many bytes were sent and have not arrived; those of a cut cable never do} */
  int onTheWay() {
    return onTheWay;
  }

  boolean isCut() {
    return cut;
  }

  /** From now on nothing arrives, and nobody is told. */
  void cut() {
    cut = true;
  }

  /** Has something arrive later than all before it. */
  void send(int bytes, Runnable arrival) {
    onTheWay += bytes;
    long now = world.nanoTime();
    long at = now + network.delay();
    lastArrival = lastArrival - at > 0 ? lastArrival : at;
    world.schedule(
        lastArrival - now,
        () -> {
          if (!cut) {
            onTheWay -= bytes;
            arrival.run();
          }
        });
  }
}
