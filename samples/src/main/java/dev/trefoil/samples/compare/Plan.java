package dev.trefoil.samples.compare;

import dev.trefoil.samples.compare.trial.Cell;
import dev.trefoil.samples.compare.trial.Contestant;
import dev.trefoil.samples.compare.trial.Trial;
import dev.trefoil.samples.compare.trial.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which trials there are, in which order, and how long each of them takes.
 *
 * @param cells in the order in which results are shown
 * @param rounds how often each cell is measured
 * @param freshProcesses whether each round has new processes, and otherwise the same ones do all
 *     rounds; new ones first do trials that do not count, to warm up
 * @param warmsUp whether there are such trials
 * @param warmUp before the part of a trial that counts
 * @param measured that part
 * @param limit when this has passed no new trial begins
 * @param end when this has passed nothing is waited for: what still runs is cut short
 */
record Plan(
    List<Cell> cells,
    int rounds,
    boolean freshProcesses,
    int rate,
    boolean warmsUp,
    Duration warmUp,
    Duration measured,
    Duration limit,
    Duration end) {
  private static final Duration QUICK_BUDGET = Duration.ofSeconds(38);
  private static final Duration FULL_BUDGET = Duration.ofMinutes(12);

  /** What is promised of the command as a whole. */
  private static final Duration QUICK_WHOLE = Duration.ofSeconds(60);

  private static final Duration FULL_WHOLE = Duration.ofMinutes(15);

  /** The report is made in this, also where a slow machine is the reason that the time is up. */
  private static final Duration QUICK_REPORT = Duration.ofSeconds(7);

  private static final Duration FULL_REPORT = Duration.ofSeconds(30);

  /** Before the end no trial begins that would likely be cut short. */
  private static final Duration QUICK_LAST = Duration.ofSeconds(2);

  private static final Duration FULL_LAST = Duration.ofSeconds(10);

  /** Two JVMs, on two processors. */
  private static final Duration TO_START_A_PAIR = Duration.ofMillis(900);

  /** Connecting before, and waiting for the last messages after a trial. */
  private static final Duration AROUND_A_TRIAL = Duration.ofMillis(50);

  /** How long the compiler needs, about, until a kind of work is nearly as fast as it gets. */
  private static final Duration TO_COMPILE = Duration.ofMillis(650);

  /** What uses about the same code as all the others. */
  private static final List<Work> TO_WARM_UP =
      List.of(
          Work.REQUEST_MANY,
          Work.REQUEST_ONE,
          Work.REQUEST_NEW,
          Work.PUSH_ONE,
          Work.PUSH_ONE_SURE,
          Work.PUBLISH);

  private static final Duration SHORTEST = Duration.ofMillis(60);
  private static final Duration LONGEST = Duration.ofSeconds(3);
  private static final int QUICK_ROUNDS = 3;
  private static final int FULL_ROUNDS = 5;

  /** A share of each trial. */
  private static final double WARM_UP = 0.25;

  /**
   * A trial to come.
   *
   * @param counts whether its figures do
   * @param time how long it takes, its warm-up and what is around it left out
   */
  record Step(Cell cell, boolean counts, Duration time) {}

  static Plan of(Settings settings) {
    boolean quick = settings.quick();
    List<Cell> cells = cells(settings);
    int rounds = settings.rounds() != null ? settings.rounds() : quick ? QUICK_ROUNDS : FULL_ROUNDS;
    int generations = quick ? 1 : rounds;
    int contestants = settings.transports().size() + Contestant.REFERENCES.size();
    int passes = quick ? rounds + 1 : rounds;
    int warmUps = contestants * TO_WARM_UP.size() * generations;
    Duration each =
        (quick ? QUICK_BUDGET : FULL_BUDGET)
            .minus(TO_START_A_PAIR.multipliedBy((long) contestants * generations))
            .minus(TO_COMPILE.plus(AROUND_A_TRIAL).multipliedBy(warmUps))
            .dividedBy((long) cells.size() * passes)
            .minus(AROUND_A_TRIAL);
    Duration measured = settings.trial();
    if (measured == null) {
      measured = within(SHORTEST, scale(each, 1 - WARM_UP), LONGEST);
    }
    Duration warmUp = scale(measured, WARM_UP / (1 - WARM_UP));
    boolean promised = settings.trial() == null;
    Duration end = whole(settings).minus(quick ? QUICK_REPORT : FULL_REPORT);
    Duration limit = end.minus(quick ? QUICK_LAST : FULL_LAST);
    return new Plan(cells, rounds, !quick, settings.rate(), promised, warmUp, measured, limit, end);
  }

  private static Duration whole(Settings settings) {
    if (settings.whole() != null) {
      return settings.whole();
    }
    return settings.quick() && settings.trial() == null ? QUICK_WHOLE : FULL_WHOLE;
  }

  private static Duration scale(Duration time, double factor) {
    return Duration.ofNanos(Math.round(time.toNanos() * factor));
  }

  private static Duration within(Duration least, Duration time, Duration most) {
    if (time.compareTo(least) < 0) {
      return least;
    }
    return time.compareTo(most) > 0 ? most : time;
  }

  private static List<Cell> cells(Settings settings) {
    List<Contestant> contestants = new ArrayList<>(settings.transports());
    contestants.addAll(Contestant.REFERENCES);
    List<Cell> cells = new ArrayList<>();
    int middle = settings.sizes().get(settings.sizes().size() / 2);
    for (Work work : Work.values()) {
      for (int size : settings.sizes()) {
        if (settings.quick() && size != middle && !isQuickAtAllSizes(work)) {
          continue;
        }
        contestants.stream()
            .filter(contestant -> contestant.does(work))
            .forEach(contestant -> cells.add(new Cell(work, size, contestant)));
      }
    }
    return cells;
  }

  /** A minute has no room for all kinds of work at all sizes. */
  private static boolean isQuickAtAllSizes(Work work) {
    return work == Work.PUSH_ONE;
  }

  /** What is done in a round, in this order. */
  List<Step> steps(int round) {
    List<Step> steps = new ArrayList<>();
    if (warmsUp && (freshProcesses || round == 1)) {
      warmUps().forEach(cell -> steps.add(new Step(cell, false, TO_COMPILE)));
    }
    if (warmsUp && !freshProcesses && round == 1) {
      // The compiler is still busy with all this for a while: nothing counts before it is done.
      order(round - 1).forEach(cell -> steps.add(new Step(cell, false, measured)));
    }
    order(round).forEach(cell -> steps.add(new Step(cell, true, measured)));
    return steps;
  }

  /**
   * Each work and size is done by all contestants in a row; every second round turns them around.
   */
  List<Cell> order(int round) {
    List<Cell> order = new ArrayList<>();
    List<Cell> row = new ArrayList<>();
    for (Cell cell : cells) {
      boolean sameRow =
          !row.isEmpty() && row.get(0).work() == cell.work() && row.get(0).size() == cell.size();
      if (!sameRow) {
        addTurned(row, round, order);
        row.clear();
      }
      row.add(cell);
    }
    addTurned(row, round, order);
    return order;
  }

  List<Cell> warmUps() {
    List<Cell> order = new ArrayList<>();
    for (Work work : TO_WARM_UP) {
      List<Cell> ofWork = cells.stream().filter(cell -> cell.work() == work).toList();
      List<Integer> sizes = ofWork.stream().map(Cell::size).distinct().toList();
      int middle = sizes.isEmpty() ? 0 : sizes.get(sizes.size() / 2);
      ofWork.stream().filter(cell -> cell.size() == middle).forEach(order::add);
    }
    return order;
  }

  private static void addTurned(List<Cell> row, int round, List<Cell> order) {
    List<Cell> turned = new ArrayList<>(row);
    if (round % 2 == 0) {
      Collections.reverse(turned);
    }
    order.addAll(turned);
  }

  Trial trial(Step step) {
    return step.counts()
        ? new Trial(step.cell(), rate, warmUp, step.time())
        : new Trial(step.cell(), 0, Duration.ZERO, step.time());
  }

  /** How many trials, those that do not count included. */
  int trials() {
    int trials = 0;
    for (int round = 1; round <= rounds; round++) {
      trials += steps(round).size();
    }
    return trials;
  }

  /** How it was measured, for the report. */
  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("rounds", rounds);
    facts.put("processes", freshProcesses ? "new ones in each round" : "the same in all rounds");
    facts.put("measured_ms", measured.toNanos() / 1e6);
    facts.put("warm_up_ms", warmUp.toNanos() / 1e6);
    facts.put("rate", rate == 0 ? "as fast as it goes" : rate + " messages a second");
    return facts;
  }

  /** How long one is likely to take. */
  Duration likely(Step step) {
    Trial trial = trial(step);
    return trial.warmUp().plus(trial.measured()).plus(AROUND_A_TRIAL);
  }

  /** How long all are likely to take. */
  Duration likely() {
    Duration all = Duration.ZERO;
    for (int round = 1; round <= rounds; round++) {
      for (Step step : steps(round)) {
        all = all.plus(likely(step));
      }
    }
    return all;
  }
}
