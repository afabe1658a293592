package dev.trefoil.raw.simulation;

import java.util.List;
import java.util.function.Consumer;

/** What goes wrong: connections that break or fall silent, roles that die, close and come back. */
final class Trouble {
  private final Stage stage;
  private final World world;

  Trouble(Stage stage, long span) {
    this.stage = stage;
    this.world = stage.world;
    if (!stage.calm) {
      stage.often((int) world.between(1, 16), span, this::strike);
    }
  }

  private void strike() {
    switch ((int) world.between(0, 6)) {
      case 0, 1 -> connection(SimulatedConnection::reset);
      case 2 -> connection(SimulatedConnection::silence);
      case 3 -> stage.any(stage.members).leave();
      case 4 -> away(stage.any(stage.members), Member::close);
      default -> away(stage.any(stage.members), Member::crash);
    }
  }

  private void connection(Consumer<SimulatedConnection> what) {
    List<SimulatedConnection> all = stage.network.connections();
    if (!all.isEmpty()) {
      what.accept(stage.any(all));
    }
  }

  private void away(Member<?> who, Consumer<Member<?>> how) {
    if (who.isUp()) {
      world.within(World.MILLISECOND, World.SECOND, who::start);
      how.accept(who);
    }
  }
}
