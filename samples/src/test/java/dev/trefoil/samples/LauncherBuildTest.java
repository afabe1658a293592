package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When the launcher builds and what it says of it, with a Maven and a Java that only write down
 * that they were called.
 */
class LauncherBuildTest {
  private static final List<String> MODULES =
      List.of("api", "transport-raw", "transport-zmq", "samples");
  private static final long LIMIT_SECONDS = 60;
  private static final String SOURCE = "api/src/main/java/One.java";

  /** Does as {@code more} says, then leaves behind what the build would. */
  private static final String MAVEN =
      """
      #!/bin/sh
      echo "mvn $*" >>ROOT/calls
      echo 'this is what Maven says'
      . ROOT/more
      for module in api transport-raw transport-zmq samples; do mkdir -p ROOT/$module/target/classes; done
      printf ROOT/library.jar >ROOT/samples/target/launcher.classpath
      """;

  private static final String JAVA =
      """
      #!/bin/sh
      echo "java $*" >>ROOT/calls
      echo 'this is what the command says'
      """;

  /** What the launcher needs of the system, besides Maven. */
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cksum",
          "cut",
          "dirname",
          "find",
          "flock",
          "head",
          "mkdir",
          "readlink",
          "sh",
          "tail",
          "touch");

  @TempDir static Path tools;
  @TempDir Path root;

  /** What a command did. */
  private record Ended(int exit, String out, String err) {}

  /** A folder with the tools alone, since a Maven may be installed where they are. */
  @BeforeAll
  static void provideTools() throws IOException {
    for (String tool : TOOLS) {
      Path script = tools.resolve(tool);
      Files.writeString(script, "#!/bin/sh\nexec " + find(tool) + " \"$@\"\n");
      script.toFile().setExecutable(true);
    }
  }

  @BeforeEach
  void makeCheckout() throws IOException {
    Path original = Path.of("").toAbsolutePath().resolveSibling("trefoil");
    Files.copy(original, root.resolve("trefoil"));
    root.resolve("trefoil").toFile().setExecutable(true);
    write("pom.xml", "");
    for (String module : MODULES) {
      write(module + "/pom.xml", "");
      write(module + "/src/main/java/One.java", "");
      write(module + "/src/main/java/Other.java", "");
      write(module + "/src/test/java/OneTest.java", "");
    }
    write("library.jar", "");
    write("more", "");
    script("bin/mvn", MAVEN);
    script("jdk/bin/java", JAVA);
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void script(String name, String text) throws IOException {
    write(name, text.replace("ROOT", root.toString()));
    root.resolve(name).toFile().setExecutable(true);
  }

  /** As if all this had been done a while ago, so that whatever is touched next is newer. */
  private void letTimePass() throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Files.setLastModifiedTime(file, then);
      }
    }
  }

  @Test
  void whatIsMissingIsBuiltOnceAndSaid() throws Exception {
    Ended first = launch();
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out()).isEqualTo("this is what the command says\n");
    assertThat(first.err()).isEqualTo("trefoil: building (log: " + log() + ")\n");
    assertThat(log()).hasContent("this is what Maven says");
    assertThat(calls()).hasSize(2);
    assertThat(calls().get(0))
        .startsWith("mvn ")
        .contains("-f " + root.resolve("pom.xml") + " -pl samples -am ")
        .endsWith(" process-classes");
    assertThat(calls().get(1)).startsWith("java ").endsWith(" dev.trefoil.samples.Main --version");

    Ended second = launch();
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo x >api/src/main/java/One.java",
        "echo x >transport-zmq/src/main/java/New.java",
        "rm transport-raw/src/main/java/One.java",
        "echo x >samples/src/main/java/One.java",
        "echo x >samples/pom.xml",
        "echo x >pom.xml",
        "rm library.jar",
        "rm -r api/target/classes",
        "rm samples/target/launcher.classpath"
      })
  void whatChangesTheClassesBringsOneBuild(String change) throws Exception {
    launch();
    letTimePass();
    assertThat(launch().err()).isEmpty();

    shell(change);
    Ended changed = launch();
    assertThat(changed.exit()).as(changed.err()).isZero();
    assertThat(changed.err()).startsWith("trefoil: building ");
    assertThat(calls().get(calls().size() - 1)).startsWith("java ");
    assertThat(builds()).isEqualTo(2);

    write("library.jar", "");
    launch();
    assertThat(builds()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo x >api/src/test/java/OneTest.java",
        "echo x >README.md",
        "mkdir -p docs && echo x >docs/New.md",
        "touch samples/target/classes"
      })
  void whatDoesNotChangeThemBringsNone(String change) throws Exception {
    launch();
    letTimePass();
    shell(change);

    assertThat(launch().err()).isEmpty();
    assertThat(builds()).isOne();
  }

  @Test
  void whatIsEditedWhileItIsBuiltIsBuiltNextTime() throws Exception {
    write("more", "touch -d '1 hour' " + root.resolve(SOURCE) + "\n");
    launch();
    write("more", "");
    assertThat(launch().err()).startsWith("trefoil: building ");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void buildThatFailsIsToldAndNothingOldIsStarted() throws Exception {
    launch();
    letTimePass();
    shell("echo x >" + SOURCE);
    write("more", "echo '[ERROR] One.java: cannot find symbol'; exit 1\n");
    List<String> before = calls();

    for (int i = 0; i < 2; i++) {
      Ended failed = launch();
      assertThat(failed.exit()).isEqualTo(1);
      assertThat(failed.out()).isEmpty();
      assertThat(failed.err().lines())
          .containsExactly(
              "trefoil: building (log: " + log() + ")",
              "this is what Maven says",
              "[ERROR] One.java: cannot find symbol",
              "trefoil: the build failed; the whole log is " + log());
    }
    assertThat(calls().subList(before.size(), calls().size()))
        .hasSize(2)
        .allMatch(call -> call.startsWith("mvn "));

    write("more", "");
    Ended mended = launch();
    assertThat(mended.exit()).as(mended.err()).isZero();
    assertThat(mended.out()).isEqualTo("this is what the command says\n");
  }

  @Test
  void buildThatLeavesNothingBehindIsToldToo() throws Exception {
    write("more", "exit 0\n");
    Ended failed = launch();
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.err()).contains("trefoil: the build left no ");
    assertThat(calls()).hasSize(1);
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    launch();
    letTimePass();
    shell("echo x >" + SOURCE);
    Files.delete(root.resolve("bin/mvn"));
    List<String> before = calls();

    Ended failed = launch();
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .isEqualTo(
            "trefoil: the sources must be built first, and no mvn was found;"
                + " install Maven 3.8 or newer\n");
    assertThat(calls()).isEqualTo(before);
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    shell("mkfifo gate");
    write("more", "read go <" + root.resolve("gate") + "\n");
    Process first = start("first");
    try {
      await().atMost(Duration.ofSeconds(LIMIT_SECONDS)).until(() -> builds() == 1);
      Process second = start("second");
      try {
        shell("echo go >gate");
        assertThat(ended(first, "first").exit()).isZero();
        assertThat(ended(second, "second").exit()).isZero();
      } finally {
        second.destroyForcibly();
      }
    } finally {
      first.destroyForcibly();
    }
    assertThat(builds()).isOne();
  }

  private Path log() {
    return root.resolve("samples/target/launcher.log");
  }

  private List<String> calls() throws IOException {
    Path calls = root.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private long builds() throws IOException {
    return calls().stream().filter(call -> call.startsWith("mvn ")).count();
  }

  private void shell(String command) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("sh", "-c", command)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(said).isZero();
  }

  private Ended launch() throws IOException, InterruptedException {
    Process process = start("err");
    try {
      return ended(process, "err");
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(String err) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("trefoil").toString(), "--version")
            .redirectError(root.resolve(err).toFile());
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().put("PATH", root.resolve("bin") + File.pathSeparator + tools);
    builder.environment().remove("TREFOIL_JAVA_OPTS");
    return builder.start();
  }

  private Ended ended(Process process, String err) throws IOException, InterruptedException {
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), UTF_8);
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), said, Files.readString(root.resolve(err), UTF_8));
    }
  }

  private static Path find(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + tool + " on PATH"));
  }
}
