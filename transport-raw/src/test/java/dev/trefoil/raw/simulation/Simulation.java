package dev.trefoil.raw.simulation;

/** One run of everything from one seed. */
final class Simulation {
  private static final long SPAN = 2 * World.SECOND;
  private static final long REST = 300 * World.SECOND;

  /** What a run left: two of one seed are equal. */
  record Outcome(long hash, long events) {}

  private final long seed;
  private final Stage stage;
  private final World world;

  private Simulation(long seed, Fault fault) {
    this.seed = seed;
    this.stage = new Stage(seed, fault);
    this.world = stage.world;
  }

  /**
   * Runs one.
   *
   * @param seed what all chance comes from
   * @param fault a bug to plant, or none
   * @return the same for the same seed
   * @throws AssertionError if a rule is broken; says how to run it again
   */
  static Outcome run(long seed, Fault fault) {
    Simulation simulation = new Simulation(seed, fault);
    try {
      simulation.play();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(simulation.report(e), e);
    }
    return new Outcome(simulation.world.hash(), simulation.world.events());
  }

  private String report(Throwable e) {
    return "seed "
        + seed
        + ": "
        + e.getMessage()
        + "\nrun it again with -Dtrefoil.simulation.seed="
        + seed
        + "\nthe last events:\n  "
        + world.lastNotes();
  }

  private void play() {
    RequestPlay requests = new RequestPlay(stage, SPAN);
    PublishPlay publishing = new PublishPlay(stage, SPAN);
    PushPlay pushing = new PushPlay(stage, SPAN);
    BurstPlay bursts = new BurstPlay(stage, SPAN);
    new Trouble(stage, SPAN);
    stage.members.forEach(each -> world.within(0, 300 * World.MILLISECOND, each::start));
    world.runFor(SPAN);

    // The trouble is over: everything has to find its end.
    world.runFor(4 * World.SECOND);
    world.runUntil(
        () -> requests.isDone() && pushing.isDone() && bursts.isDone(), world.nanoTime() + REST);
    requests.rush();
    world.runUntil(requests::isDone, world.nanoTime() + REST);
    publishing.publishLast();
    world.runFor(World.SECOND / 4);
    requests.checkAtRest();
    publishing.checkAtRest();
    pushing.checkAtRest();
    bursts.checkAtRest();
    if (stage.network.connections().stream().anyMatch(SimulatedConnection::isSilent)) {
      throw world.broken("a connection is dead, and its heartbeats did not tell");
    }
    end();
  }

  private void end() {
    for (Member<?> each : stage.members) {
      if (!each.isUp()) {
        throw world.broken(each.name() + " did not come back");
      }
      if (world.onceIn(2)) {
        each.close();
      } else {
        each.crash();
      }
    }
    stage.messaging.close();
    world.runDry(REST);
    if (!stage.network.isEmpty() || !stage.book.ports().isEmpty()) {
      throw world.broken("something is left after the end: " + stage.book.ports().keySet());
    }
  }
}
