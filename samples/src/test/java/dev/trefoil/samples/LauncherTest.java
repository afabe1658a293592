package dev.trefoil.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher, in a checkout of its own whose classes are this build's: it archives them once, and
 * an archive that is stale or broken costs nothing but time.
 */
class LauncherTest {
  private static final Path HERE = Path.of("").toAbsolutePath();
  private static final List<String> MODULES =
      List.of("api", "transport-raw", "transport-zmq", "samples");
  private static final long LIMIT_SECONDS = 60;

  /** The JVM says so when it cannot use what it is told to use. */
  private static final String SHARED_OR_NOTHING = "-Xshare:on";

  @TempDir Path root;

  /** What a command did. */
  private record Ended(int exit, String out, String err) {}

  @BeforeEach
  void copyCheckout() throws IOException {
    Path original = HERE.resolveSibling("trefoil");
    Files.copy(original, root.resolve("trefoil"));
    root.resolve("trefoil").toFile().setExecutable(true);
    Files.createFile(root.resolve("pom.xml"));
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.createFile(root.resolve(module).resolve("pom.xml"));
      copy(
          HERE.resolveSibling(module).resolve("target/classes"),
          root.resolve(module).resolve("target/classes"));
    }
    Files.writeString(
        root.resolve("samples/target/launcher.classpath"),
        Files.readString(HERE.resolve("target/launcher.classpath"), UTF_8));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void classesAreArchivedOnceAndAnArchiveThatDoesNotFitIsPassedOver() throws Exception {
    Ended first = launch("");
    assertWorks(first);
    assertThat(first.err()).isEqualTo("trefoil: archiving the classes for quicker starts\n");

    Ended second = launch(SHARED_OR_NOTHING);
    assertWorks(second);
    assertThat(second.err()).isEmpty();

    Path archive = archive();
    byte[] whole = Files.readAllBytes(archive);
    Files.delete(archive);
    Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 3));
    assertSilent(launch(""));

    Files.write(archive, new byte[1_000]);
    assertThat(launch(SHARED_OR_NOTHING).exit()).isNotZero();
    assertSilent(launch(""));

    Files.write(archive, whole);
    assertSilent(launch(SHARED_OR_NOTHING));
    Files.setLastModifiedTime(
        root.resolve("samples/target/launcher/api.jar"), FileTime.fromMillis(0));
    assertSilent(launch(""));
  }

  @Test
  void classesBuiltAnewAreTheOnesThatRun() throws Exception {
    assertWorks(launch(""));
    Path version = root.resolve("samples/target/classes/trefoil.properties");
    Files.writeString(version, "version=built-anew\n");
    Path built = root.resolve("samples/target/launcher.classpath");
    Files.writeString(built, Files.readString(built, UTF_8));

    Ended again = launch("");
    assertThat(again.out()).isEqualTo("trefoil built-anew\n");
    assertThat(again.err()).contains("archiving");
  }

  private Path archive() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("samples/target/launcher"))) {
      return files.filter(file -> file.toString().endsWith(".jsa")).findFirst().orElseThrow();
    }
  }

  private static void assertWorks(Ended command) {
    assertThat(command.exit()).as(command.err()).isZero();
    assertThat(command.out()).matches("trefoil \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
  }

  private static void assertSilent(Ended command) {
    assertWorks(command);
    assertThat(command.err()).isEmpty();
  }

  private Ended launch(String options) throws IOException, InterruptedException {
    Path err = root.resolve("err");
    ProcessBuilder builder =
        // By a relative path, and with a CDPATH that would make cd say where it goes.
        new ProcessBuilder(root.getFileName() + "/trefoil", "--version")
            .directory(root.getParent().toFile())
            .redirectError(err.toFile());
    builder.environment().put("CDPATH", root.getParent().toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("TREFOIL_JAVA_OPTS", options);
    Process process = builder.start();
    try (InputStream out = process.getInputStream()) {
      String said = new String(out.readAllBytes(), UTF_8);
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return new Ended(process.exitValue(), said, Files.readString(err, UTF_8));
    } finally {
      process.destroyForcibly();
    }
  }
}
