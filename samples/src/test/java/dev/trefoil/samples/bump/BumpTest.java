package dev.trefoil.samples.bump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.samples.Foreign;
import dev.trefoil.samples.TestCommand;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each of the twelve, on each transport, by real processes, is noticed as the contract promises.
 */
@Tag("one-jvm")
class BumpTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TestFactory
  Stream<DynamicNode> eachIsNoticedAsPromised() {
    // They mostly wait, so they may do so side by side.
    List<TestCommand> plays =
        Stream.of("raw", "zmq", "sp")
            .map(scheme -> TestCommand.process("bump", "--transport", scheme))
            .toList();
    return plays.stream().flatMap(play -> acts(play, IntStream.rangeClosed(1, 12)));
  }

  /** With keys made for the run; the acts in which keys could make a difference. */
  @TestFactory
  Stream<DynamicNode> eachIsNoticedBehindTlsAndCurveToo() {
    List<TestCommand> plays =
        Stream.of("raw+tls", "sp+tls", "zmq+curve")
            .map(
                transport ->
                    TestCommand.process(
                        TestCommand.words("bump --transport " + transport + " 1 3 4 5 9 10 11 12")))
            .toList();
    return plays.stream().flatMap(play -> acts(play, IntStream.of(1, 3, 4, 5, 9, 10, 11, 12)));
  }

  @TestFactory
  Stream<DynamicNode> crashesOfWholeMachinesAreNoticedAsPromised() throws Exception {
    String missing = Namespaces.missing();
    if (!missing.isEmpty()) {
      Foreign.missing(missing);
    }
    List<TestCommand> plays =
        Stream.of("raw", "zmq", "sp")
            .map(
                scheme ->
                    TestCommand.process(
                        "bump", "--transport", scheme, "--crash", "namespaces", "5", "6", "7", "9"))
            .toList();
    return plays.stream().flatMap(play -> acts(play, IntStream.of(5, 6, 7, 9)));
  }

  private static Stream<DynamicNode> acts(TestCommand play, IntStream numbers) {
    int exit = play.exitCodeWithin(LIMIT);
    String story = play.out();
    String transport = story.replaceFirst("(?s).*\\n n  on (\\S+) .*", "$1");
    return Stream.concat(
        numbers.mapToObj(
            number ->
                DynamicTest.dynamicTest(transport + " " + number, () -> assertAct(number, story))),
        Stream.of(
            DynamicTest.dynamicTest(
                transport + " ends in order", () -> assertThat(exit).as(play.err()).isZero())));
  }

  private static void assertAct(int number, String story) {
    String row =
        story
            .substring(story.indexOf("\n n  on "))
            .lines()
            .filter(line -> line.startsWith(String.format("%2d  ", number)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no row " + number + " in " + story));
    assertThat(row).as(story).doesNotContain("NOT AS PROMISED");
    if (row.contains("skipped: ")) {
      Foreign.missing(row);
    }
    assertThat(row).as(story).containsPattern(" \\d+\\.\\d{3} s  \\S");
  }

  @Test
  void interruptedPlayLeavesNoProcessBehind() throws Exception {
    for (String act : new String[] {"6", "8"}) {
      try (TestCommand bump = TestCommand.process(TestCommand.withUsualSignals(), "bump", act)) {
        bump.awaitOut("is gone|skipped: ");
        List<ProcessHandle> started = bump.descendants();
        bump.signal("INT");
        assertThat(bump.exitCode()).as(bump.err()).isEqualTo(130);
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> started.stream().noneMatch(ProcessHandle::isAlive));
      }
    }
  }

  @Test
  void anActThatIsNoneIsWrongUsage() {
    for (String[] wrong :
        new String[][] {{"bump", "13"}, {"bump", "x"}, {"bump", "--transport", "pigeon"}}) {
      TestCommand bump = TestCommand.here(wrong);
      assertThat(bump.exitCode()).isEqualTo(2);
      assertThat(bump.out()).isEmpty();
    }
  }

  @Test
  void aPromiseThatIsBrokenIsTold() {
    Finding late =
        Finding.within(
            new Witness.Sighting(Witness.Kind.LOST, "lost", Duration.ofSeconds(9)),
            Witness.Kind.LOST,
            "disconnected",
            Duration.ofSeconds(1),
            "within a second");
    assertThat(late.result()).isEqualTo(Finding.Result.NOT_AS_PROMISED);
    assertThat(Finding.ofLine(late.toLine())).isEqualTo(late);
    assertThat(Finding.within(null, Witness.Kind.LOST, "", Duration.ZERO, "").result())
        .isEqualTo(Finding.Result.NOT_AS_PROMISED);
  }
}
