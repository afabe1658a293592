package dev.trefoil.benchmarks.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a user meets it: what it refuses, how it ends, and what it leaves behind. */
@Timeout(120)
class RunMainTest {
  private static final String ROW = "^push-64-floor$";
  private static final long SECONDS_TO_END = 20;

  /** A JVM starts with it, and no contestant does: each wants more than this module. */
  private static final String SPOILS_CONTESTANTS = "--limit-modules=java.base";

  @TempDir Path root;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path page;

  @BeforeEach
  void createDocs() throws IOException {
    page = Files.createDirectory(root.resolve("docs")).resolve("PERFORMANCE.md");
  }

  private int run(String... options) throws InterruptedException {
    return RunMain.run(
        root, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), options);
  }

  private void assertRefused(String why, String... options) throws InterruptedException {
    assertThat(run(options)).isEqualTo(2);
    assertThat(err.toString(UTF_8)).contains(why).contains("--help").doesNotContain("round");
    assertThat(out.size()).isZero();
  }

  @Test
  void anOutFileThatCannotBeWrittenIsToldBeforeAnythingRuns() throws Exception {
    assertRefused("--out cannot be written", "--quick", "--out", root.resolve("no/x").toString());
    assertRefused("--out cannot be written", "--quick", "--out", root.toString());
  }

  @Test
  void aPageThatCannotBeWrittenIsToldBeforeAnythingRunsAndTheOutFileStays() throws Exception {
    Path file = Files.writeString(root.resolve("out.csv"), "of yesterday");
    Files.writeString(page, "<!-- measured: begin -->\n");
    assertRefused("both marks", "--quick", "--write", "--out", file.toString());

    Files.delete(page);
    Files.createDirectory(page);
    assertRefused("cannot be written", "--quick", "--write", "--out", file.toString());
    assertThat(file).hasContent("of yesterday");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+ThereIsNoSuchOption", "NoOption", "-Xlog:gc*"})
  void optionsThatNoContestantStartsWithAreToldBeforeAnythingRuns(String option) throws Exception {
    assertRefused(option, "--quick", "--rows", ROW, "--java-option", option);
  }

  @Test
  void rowsThatMatchNothingAndOptionsThatDoNotExistAreRefused() throws Exception {
    assertRefused("no row matches", "--rows", "nonsense");
    assertRefused("there is no option push", "push");
  }

  @Test
  void theListNeedsNeitherPageNorFile() throws Exception {
    assertThat(run("--list", "--rows", ROW)).isZero();
    assertThat(out.toString(UTF_8)).startsWith("push-64-floor ").hasLineCount(1);
  }

  @Test
  void trialsThatFailAreCountedAndNamedAfterTheTableAndTheExitCodeSaysSo() throws Exception {
    Path file = root.resolve("out.csv");
    int exit =
        run(
            "--quick",
            "--rounds",
            "2",
            "--rows",
            ROW,
            "--out",
            file.toString(),
            "--java-option",
            SPOILS_CONTESTANTS);

    assertThat(exit).isEqualTo(1);
    assertThat(out.toString(UTF_8)).startsWith("| work |").contains("| failed: server of");
    assertThat(err.toString(UTF_8))
        .contains("4 of 4 trials failed:\n", "  2 of 2: nio-push size=64\n")
        .contains("] round 2 of 2, 1 of 2: ", " s left] ");
    assertThat(Files.readAllLines(file)).hasSize(5).contains(Results.HEADER);
  }

  @Test
  void aPageThatCannotBeWrittenAnyMoreCostsTheExitCodeAndNotTheTable() throws Exception {
    PrintStream spoiler =
        new PrintStream(err, true, UTF_8) {
          @Override
          public void println(String line) {
            super.println(line);
            assertThat(page.toFile().mkdir() || page.toFile().isDirectory()).isTrue();
          }
        };
    String[] options = {"--quick", "--write", "--rows", ROW, "--java-option", SPOILS_CONTESTANTS};
    int exit = RunMain.run(root, new PrintStream(out, true, UTF_8), spoiler, options);

    assertThat(exit).isEqualTo(1);
    assertThat(out.toString(UTF_8)).startsWith("| work |");
    assertThat(err.toString(UTF_8)).contains("the page could not be written");
  }

  /** A harness whose end takes so long that it could tell of contestants that failed meanwhile. */
  static final class SlowToEnd {
    private static final long SECONDS = 2;

    private SlowToEnd() {}

    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> await(never)));
      RunMain.main(arguments);
    }

    private static void await(CountDownLatch never) {
      try {
        assertThat(never.await(SECONDS, TimeUnit.SECONDS)).isFalse();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The harness as a process, in the middle of its second trial. */
  private Process startUntilTheSecondTrial(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                SlowToEnd.class.getName(),
                root.toString(),
                "--quick",
                "--rows",
                ROW,
                "--out",
                file.toString())
            .start();
    BufferedReader progress = process.errorReader(UTF_8);
    String line = progress.readLine();
    while (line != null && !line.contains("2 of 2")) {
      line = progress.readLine();
    }
    assertThat(line).isNotNull();
    return process;
  }

  private static List<ProcessHandle> awaitChildren(Process process) {
    List<ProcessHandle> children = new ArrayList<>();
    while (children.isEmpty() && process.isAlive()) {
      process.descendants().forEach(children::add);
      Thread.onSpinWait();
    }
    assertThat(children).isNotEmpty();
    return children;
  }

  private static void assertEnd(List<ProcessHandle> children) throws Exception {
    for (ProcessHandle child : children) {
      child.onExit().get(SECONDS_TO_END, TimeUnit.SECONDS);
    }
  }

  @Test
  void aHarnessThatIsTerminatedTakesItsContestantsAlongAndKeepsWhatItHas() throws Exception {
    Path file = root.resolve("out.csv");
    Process process = startUntilTheSecondTrial(file);
    try {
      List<ProcessHandle> children = awaitChildren(process);
      process.toHandle().destroy();

      assertThat(process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(128 + 15);
      assertEnd(children);
      assertThat(process.errorReader(UTF_8).lines()).isEmpty();
      assertThat(Files.readString(file)).contains("1,trefoil-push").doesNotContain("FAILED");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aHarnessThatIsKilledLeavesNoContestantBehind() throws Exception {
    Process process = startUntilTheSecondTrial(root.resolve("out.csv"));
    List<ProcessHandle> children = awaitChildren(process);
    process.destroyForcibly();

    assertEnd(children);
  }
}
