package dev.trefoil.samples.minimal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  private static List<String> linesOf(Sample sample) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sample.run(new PrintStream(bytes, true, UTF_8));
    return bytes.toString(UTF_8).lines().toList();
  }
}
