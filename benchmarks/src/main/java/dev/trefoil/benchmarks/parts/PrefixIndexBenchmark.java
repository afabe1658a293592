package dev.trefoil.benchmarks.parts;

import dev.trefoil.spi.support.PrefixIndex;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Who wants this topic, among few and many subscriptions. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class PrefixIndexBenchmark {
  private static final int SUBSCRIBERS = 10;
  private static final int TOPICS = 1024;
  private static final int STRIDE = 7_919;

  /** How many prefixes are subscribed to. */
  @Param({"10", "1000", "100000"})
  public int subscriptions = 10;

  private final byte[][] topics = new byte[TOPICS][];
  private PrefixIndex<Integer> index = new PrefixIndex<>();
  private int next;

  /** Fills the index; each topic that is asked for has one subscriber. */
  @Setup(Level.Trial)
  public void fill() {
    index = new PrefixIndex<>();
    for (int i = 0; i < subscriptions; i++) {
      index.add(topic(i), i % SUBSCRIBERS);
    }
    for (int i = 0; i < TOPICS; i++) {
      topics[i] = topic((int) ((long) i * STRIDE % subscriptions));
    }
  }

  private static byte[] topic(int number) {
    return String.format(Locale.ROOT, "topic/%06d", number).getBytes(StandardCharsets.UTF_8);
  }

  /** One lookup, the topics in turn. */
  @Benchmark
  public void match(Blackhole hole) {
    next = (next + 1) & (TOPICS - 1);
    index.forEachMatch(topics[next], hole::consume);
  }
}
