package dev.trefoil.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes killed at random, under load: what was acknowledged is done, what may be repeated is.
 */
@Tag("one-jvm")
class KillTest {
  private static final int SEED = 60;
  private static final int PROCESSES = 3;
  private static final int FEWEST_KILLS = 3;
  private static final int MOST_KILLS = 8;
  private static final int TASKS = 500;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /**
   * Kills one of the processes after the other and puts a new one in its place. It waits for the
   * new one, and ends some time, so that on a slow machine the work gets done as well.
   */
  private static final class Killer {
    private final Random random = new Random(SEED);
    private final List<TestCommand> alive = new ArrayList<>();
    private final List<TestCommand> all = new ArrayList<>();
    private final IntFunction<TestCommand> starter;
    private int kills;

    Killer(IntFunction<TestCommand> starter) {
      this.starter = starter;
      for (int place = 0; place < PROCESSES; place++) {
        start(place);
      }
    }

    private void start(int place) {
      TestCommand command = starter.apply(place);
      all.add(command);
      command.awaitErr("^(metrics|bound) ");
      alive.add(place, command);
    }

    /** Until the command that gives them work has ended. */
    void killWhile(TestCommand busy) throws InterruptedException {
      long start = System.nanoTime();
      while (!busy.endsWithin(200 + random.nextInt(300), TimeUnit.MILLISECONDS)) {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(busy.err()).isLessThan(LIMIT);
        if (kills < MOST_KILLS) {
          int place = random.nextInt(PROCESSES);
          alive.remove(place).close();
          kills++;
          start(place);
        }
      }
    }

    void endAll() {
      all.forEach(TestCommand::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "zmq"})
  void noTaskIsLostWhateverWorkerIsKilled(String scheme) throws Exception {
    String any = scheme + "://127.0.0.1:0";
    try (TestCommand sink =
            process(
                "queue sink --at-least-once --timeout 25s --tasks " + TASKS + " --bind " + any);
        TestCommand ventilator =
            process(
                "queue ventilator --at-least-once --wait-workers 2 --work 100ms --tasks "
                    + TASKS
                    + " --bind "
                    + any)) {
      String ends = " --from " + ventilator.bound() + " --to " + sink.bound();
      Killer killer =
          new Killer(
              place -> process("queue worker --metrics 0 --at-least-once --name w" + place + ends));
      try {
        killer.killWhile(ventilator);
        assertThat(ventilator.exitCode()).as(ventilator.err()).isZero();
        assertThat(ventilator.err()).contains(TASKS + " done");
        assertThat(sink.exitCode()).as(sink.err()).isZero();
        assertThat(sink.err()).contains("results of " + TASKS + " tasks");
        assertThat(killer.kills).isGreaterThanOrEqualTo(FEWEST_KILLS);
      } finally {
        killer.endAll();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "zmq"})
  void everyRequestThatMayBeRepeatedIsAnsweredWhateverServerIsKilled(String scheme)
      throws Exception {
    List<String> places = new ArrayList<>();
    Killer killer =
        new Killer(
            place -> {
              boolean first = places.size() < PROCESSES;
              TestCommand rep =
                  process(
                      "rep --echo --delay 25ms --bind "
                          + (first ? scheme + "://127.0.0.1:0" : places.get(place)));
              if (first) {
                places.add(rep.bound());
              }
              return rep;
            });
    try (TestCommand req =
        process(
            "req --idempotent --data {i} --timeout 20s --count "
                + TASKS
                + " --connect "
                + String.join(" --connect ", places))) {
      killer.killWhile(req);
      assertThat(req.exitCode()).as(req.err()).isZero();
      assertThat(req.out().lines())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, TASKS).mapToObj(Integer::toString).toList());
      assertThat(killer.kills).isGreaterThanOrEqualTo(FEWEST_KILLS);
    } finally {
      killer.endAll();
    }
  }

  private static TestCommand process(String line) {
    return TestCommand.process(TestCommand.words(line));
  }
}
