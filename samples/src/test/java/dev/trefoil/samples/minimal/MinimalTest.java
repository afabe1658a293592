package dev.trefoil.samples.minimal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The classes to copy do what they say. */
@Timeout(30)
class MinimalTest {
  /** A sample's main, with somewhere to print. */
  private interface Sample {
    void run(PrintStream out) throws InterruptedException;
  }

  @Test
  void echoComesBack() throws Exception {
    assertThat(linesOf(Echo::run)).containsExactly("hello");
  }

  @Test
  void daytimeIsNow() throws Exception {
    Instant told = Instant.parse(linesOf(Daytime::run).get(0));
    assertThat(Duration.between(told, Instant.now()).abs()).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void eachTaskIsDoneByOneOfTwoWorkers() throws Exception {
    List<String> lines = linesOf(WorkerQueue::run);
    assertThat(lines).hasSize(6).allMatch(line -> line.matches("(ann|bob) did task [1-6]"));
    assertThat(lines.stream().map(line -> line.substring(8))).doesNotHaveDuplicates();
  }

  @Test
  void watcherSeesItsTopicOnly() throws Exception {
    assertThat(linesOf(Ticker::run)).containsExactly("price.clover 100.25", "price.clover 100.75");
  }

  @Test
  void bridgeJoinsTwoWorlds() throws Exception {
    assertThat(linesOf(Bridge::run)).containsExactly("hello from nng's world");
  }

  @Test
  void failuresAreTold() throws Exception {
    List<String> lines = linesOf(Bump::run);
    assertThat(lines.subList(0, 2))
        .containsExactly("no answer, and no server at all", "cannot listen: IN_USE");
    assertThat(lines.subList(2, lines.size())).contains("the server is gone");
  }

  @Test
  void secretsAreShared() throws Exception {
    assertThat(linesOf(Secrets::run)).containsExactly("hello, in secret");
  }

  @Test
  void theyCanBeCopied() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/trefoil/samples/minimal"))) {
      List<Path> classes =
          files.filter(file -> !file.endsWith("package-info.java")).sorted().toList();
      assertThat(classes).hasSize(7);
      for (Path file : classes) {
        assertThat(Files.readAllLines(file))
            .as("%s", file)
            .anyMatch(line -> line.contains("public static void main(String[] "))
            .filteredOn(line -> line.startsWith("import "))
            .allMatch(
                line -> line.matches("import (java\\..*|dev\\.trefoil\\.(zmq\\.)?[A-Z]\\w+);"));
      }
    }
  }

  private static List<String> linesOf(Sample sample) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sample.run(new PrintStream(bytes, true, UTF_8));
    return bytes.toString(UTF_8).lines().toList();
  }
}
