package dev.trefoil.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both scripts, in a checkout whose path has a space, with a java that says what it was told. */
class ScriptsTest {
  private static final List<String> MODULES =
      List.of("api", "transport-raw", "transport-zmq", "benchmarks");
  private static final long LIMIT_SECONDS = 60;

  @TempDir Path folder;

  private Path root;
  private Path jdk;

  /** What a command did. */
  private record Ended(int exit, String out, String err) {}

  @BeforeEach
  void copyScripts() throws IOException {
    root = Files.createDirectory(folder.resolve("a checkout"));
    Files.createDirectory(root.resolve("benchmarks"));
    for (String script : List.of("run", "jmh", "profile", "launch.sh")) {
      Files.copy(Path.of(script), root.resolve("benchmarks").resolve(script));
    }
    jdk = folder.resolve("jdk");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '<%s>\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private void pretendItIsBuilt() throws IOException {
    Files.createFile(root.resolve("pom.xml"));
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.createFile(root.resolve(module).resolve("pom.xml"));
      Files.createDirectories(root.resolve(module).resolve("target/classes"));
    }
    Files.writeString(
        root.resolve("benchmarks/target/scripts.classpath"), root.resolve("pom.xml").toString());
  }

  @Test
  void helpNeedsNeitherJdkNorBuildNorTheFolderOfTheCheckout() throws Exception {
    jdk = Path.of("/nowhere");
    for (String script : List.of("run", "jmh", "profile")) {
      Ended ended = launch(folder, root + "/benchmarks/" + script, "--quick", "--help");

      assertThat(ended.exit).as(ended.err).isZero();
      assertThat(ended.out).startsWith("usage: benchmarks/" + script).contains("Exit code");
      assertThat(ended.err).isEmpty();
    }
    assertThat(root.resolve("benchmarks/target")).doesNotExist();
  }

  @Test
  void aWrongJavaHomeIsNamed() throws Exception {
    jdk = Path.of("/nowhere");
    Ended ended = launch(folder, root + "/benchmarks/run", "--list");

    assertThat(ended.exit).isEqualTo(1);
    assertThat(ended.err).contains("JAVA_HOME is /nowhere").hasLineCount(1);
  }

  @Test
  void argumentsArriveAsTheyAreWhereverTheCheckoutIsAndWhateverCdThinks() throws Exception {
    pretendItIsBuilt();
    Ended ended = launch(root, "benchmarks/run", "--rows", "a b|c", "--out", "");

    assertThat(ended.exit).as(ended.err).isZero();
    assertThat(ended.out)
        .endsWith("<" + root.toRealPath() + ">\n<--rows>\n<a b|c>\n<--out>\n<>\n")
        .contains(root.toRealPath() + "/api/target/classes:");
  }

  @Test
  void theOptionsOfJmhArePassedOnAndOursAreNot() throws Exception {
    pretendItIsBuilt();

    assertThat(launch(root, "benchmarks/jmh", "-l").out)
        .endsWith("<org.openjdk.jmh.Main>\n<-foe>\n<true>\n<-l>\n");
    assertThat(launch(root, "benchmarks/jmh", "-foe", "false").out)
        .endsWith("<org.openjdk.jmh.Main>\n<-foe>\n<false>\n");
    assertThat(launch(root, "benchmarks/jmh", "A b", "--quick").out)
        .contains("<-f>\n<1>\n")
        .endsWith("<A b>\n");
    assertThat(launch(root, "benchmarks/jmh", "--quick", "--metrics").out)
        .endsWith(".MetricsCost>\n<quick>\n");
    Ended refused = launch(root, "benchmarks/jmh", "--metrics", "Framer");
    assertThat(refused.exit).isEqualTo(2);
    assertThat(refused.err).contains("Framer");
  }

  private Ended launch(Path from, String... command) throws IOException, InterruptedException {
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(from.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("CDPATH", root.toString());
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
