package dev.trefoil.samples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Work;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanTest {
  @Test
  void fullPlanHasEveryWorkAtEverySizeForEveryoneWhoDoesIt() {
    Plan plan = Plan.of(settings(false, "raw", "zmq"));

    // Two transports do all 8 kinds of work, JeroMQ has no acknowledgements, sockets nor topics.
    assertThat(plan.cells()).doesNotHaveDuplicates().hasSize(3 * (8 + 8 + 6 + 5));
    assertThat(plan.cells())
        .doesNotContain(
            new Cell(Work.PUSH_ONE_SURE, 64, Contestant.JEROMQ),
            new Cell(Work.PUBLISH, 64, Contestant.SOCKETS));
    assertThat(plan.freshProcesses()).isTrue();
  }

  @Test
  void quickPlanHasEveryWorkAndSomeAtEverySize() {
    Plan plan = Plan.of(settings(true, "raw", "zmq"));

    for (Work work : Work.values()) {
      assertThat(plan.cells()).contains(new Cell(work, 1024, new Contestant("raw")));
    }
    assertThat(plan.cells())
        .contains(new Cell(Work.PUSH_ONE, 64, new Contestant("zmq")))
        .doesNotContain(new Cell(Work.PUBLISH, 64, new Contestant("zmq")));
    assertThat(plan.freshProcesses()).isFalse();
  }

  @Test
  void spDoesNotAcknowledge() {
    assertThat(Plan.of(settings(true, "sp")).cells())
        .noneMatch(cell -> cell.work().isSure() && cell.contestant().name().equals("sp"));
  }

  @Test
  void plannedTimeIsWithinThePromisedOne() {
    for (String[] transports :
        List.of(new String[] {"raw"}, new String[] {"raw", "zmq", "sp", "raw+unix"})) {
      assertThat(Plan.of(settings(true, transports)).likely()).isLessThan(Duration.ofSeconds(60));
      assertThat(Plan.of(settings(false, transports)).likely()).isLessThan(Duration.ofMinutes(15));
    }
    for (boolean quick : new boolean[] {true, false}) {
      Plan plan = Plan.of(settings(quick, "raw", "zmq"));
      Duration promised = quick ? Duration.ofSeconds(60) : Duration.ofMinutes(15);
      // Where nothing goes wrong nothing is cut short; where it does, there is time for the report.
      assertThat(plan.limit()).isBetween(plan.likely(), plan.end());
      assertThat(plan.end()).isLessThanOrEqualTo(promised.minusSeconds(7));
    }
  }

  @Test
  void newProcessesWarmUpEachKindOfCodeFirst() {
    Plan quick = Plan.of(settings(true, "raw"));
    List<Cell> warmUps = quick.warmUps();

    assertThat(warmUps).doesNotHaveDuplicates();
    assertThat(quick.cells()).containsAll(warmUps);
    assertThat(quick.steps(1).stream().takeWhile(step -> !step.counts()).map(Plan.Step::cell))
        .startsWith(warmUps.toArray(new Cell[0]))
        .containsAll(quick.cells());
    assertThat(quick.steps(2)).allMatch(Plan.Step::counts).hasSize(quick.cells().size());
    assertThat(quick.trials()).isEqualTo(warmUps.size() + 4 * quick.cells().size());

    Plan full = Plan.of(settings(false, "raw"));
    assertThat(full.steps(2)).anyMatch(step -> !step.counts());
    assertThat(full.trials()).isEqualTo(5 * full.steps(1).size());
  }

  @Test
  void everySecondRoundTurnsTheContestantsAround() {
    Plan plan = Plan.of(settings(false, "raw", "zmq"));
    List<Cell> first = plan.order(1);
    List<Cell> second = plan.order(2);

    assertThat(first).isEqualTo(plan.cells()).isEqualTo(plan.order(3));
    assertThat(second).containsExactlyInAnyOrderElementsOf(first);
    List<Cell> row = first.subList(0, 4);
    assertThat(row).allMatch(cell -> cell.work() == Work.REQUEST_ONE && cell.size() == 64);
    List<Cell> turned = second.subList(0, 4);
    Collections.reverse(turned);
    assertThat(turned).isEqualTo(row);
  }

  @Test
  void whatTheUserSetsIsKept() {
    Settings settings =
        new Settings(contestants("raw"), List.of(8), true, 500, Duration.ofMillis(40), 2, null);
    Plan plan = Plan.of(settings);

    assertThat(plan.measured()).isEqualTo(Duration.ofMillis(40));
    assertThat(plan.rounds()).isEqualTo(2);
    assertThat(plan.steps(1)).allMatch(Plan.Step::counts);
    assertThat(plan.trial(new Plan.Step(plan.cells().get(0), true, plan.measured())).rate())
        .isEqualTo(500);
  }

  private static Settings settings(boolean quick, String... transports) {
    return new Settings(
        contestants(transports), List.of(64, 1024, 65_536), quick, 0, null, null, null);
  }

  private static List<Contestant> contestants(String... names) {
    return Stream.of(names).map(Contestant::new).toList();
  }
}
