package dev.trefoil.raw.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs the simulation. {@code -Dtrefoil.simulation.seed=N} runs one seed again, and {@code
 * -Dtrefoil.simulation.seeds=COUNT} as many as are wanted, from that one on.
 */
final class SimulationTest {
  private static final long FIRST = Long.getLong("trefoil.simulation.seed", 1);
  private static final long SEEDS =
      Long.getLong(
          "trefoil.simulation.seeds",
          System.getProperty("trefoil.simulation.seed") == null ? 1_000 : 1);
  private static final long FEW = 25;
  private static final long NANOS_FOR_EACH = 30_000_000;

  @Test
  void everySeedKeepsEveryRule() {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    LongStream.range(FIRST, FIRST + SEEDS).forEach(seed -> Simulation.run(seed, Fault.NONE));
    long used = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    // A thousand in thirty seconds; of the processor's time, since the machine may be busy.
    assertThat(used).isLessThan(NANOS_FOR_EACH * Math.max(100, SEEDS));
  }

  @Test
  void oneSeedRunTwiceLeavesTheSameTrace() {
    LongStream.range(FIRST, FIRST + FEW)
        .forEach(
            seed ->
                assertThat(Simulation.run(seed, Fault.NONE))
                    .as("seed %s", seed)
                    .isEqualTo(Simulation.run(seed, Fault.NONE)));
  }

  @Test
  void seedsDiffer() {
    assertThat(
            LongStream.range(1, FEW)
                .map(seed -> Simulation.run(seed, Fault.NONE).hash())
                .distinct()
                .count())
        .isEqualTo(FEW - 1);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBugPlantedInOneRoleIsFound(Fault fault) {
    for (long seed = 1; seed <= FEW; seed++) {
      long now = seed;
      AssertionError found =
          catchThrowableOfType(AssertionError.class, () -> Simulation.run(now, fault));
      if (found != null) {
        assertThat(found).hasMessageContaining("-Dtrefoil.simulation.seed=" + seed);
        return;
      }
    }
    throw new AssertionError(fault + " was not found within " + FEW + " seeds");
  }
}
