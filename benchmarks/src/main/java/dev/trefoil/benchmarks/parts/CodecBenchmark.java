package dev.trefoil.benchmarks.parts;

import dev.trefoil.Codec;
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

/** Text to bytes and back, strictly. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class CodecBenchmark {
  /** What the text is made of. */
  @Param({"ascii", "greek"})
  public String text = "ascii";

  /** How many characters it has. */
  @Param({"64", "1024"})
  public int length = 64;

  private final Codec<String> codec = Codec.utf8();
  private String decoded = "";
  private byte[] encoded = {};

  /** Makes the text. */
  @Setup(Level.Trial)
  public void fill() throws Exception {
    decoded = (text.equals("greek") ? "λ" : "l").repeat(length);
    encoded = codec.encode(decoded);
  }

  /** A send's part. */
  @Benchmark
  public byte[] encode() throws Exception {
    return codec.encode(decoded);
  }

  /** A receive's part. */
  @Benchmark
  public String decode() throws Exception {
    return codec.decode(encoded);
  }
}
