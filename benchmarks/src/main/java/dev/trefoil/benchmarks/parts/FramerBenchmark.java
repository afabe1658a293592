package dev.trefoil.benchmarks.parts;

import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Framer;
import dev.trefoil.raw.wire.ProtocolException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Bytes as they come from a socket, turned into messages. Times are for one message. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class FramerBenchmark {
  private static final int MESSAGES = 256;
  private static final long LIMIT = 16 * 1024 * 1024;

  /** How long a message is. */
  @Param({"64", "1024"})
  public int size = 64;

  /** Whether a read ends in the middle of every message, or only after the last one. */
  @Param({"whole", "cut"})
  public String reads = "whole";

  private final Framer framer = new Framer(Dialect.V0, LIMIT);
  private ByteBuffer stream = ByteBuffer.allocate(0);

  /** Lays the messages out: a length of eight bytes, then the body. */
  @Setup(Level.Trial)
  public void fill() {
    stream = ByteBuffer.allocateDirect(MESSAGES * (Long.BYTES + size));
    for (int i = 0; i < MESSAGES; i++) {
      stream.putLong(size).put(new byte[size]);
    }
  }

  /** A read's worth of messages. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void feed(Blackhole hole) throws ProtocolException {
    Framer.Handler handler =
        (type, wide, narrow, head, body) -> {
          hole.consume(body);
          return true;
        };
    if (reads.equals("whole")) {
      framer.feed(stream.clear(), handler);
      return;
    }
    int frame = Long.BYTES + size;
    stream.clear();
    for (int end = frame / 2; end < stream.capacity(); end += frame) {
      framer.feed(stream.limit(end), handler);
    }
    framer.feed(stream.limit(stream.capacity()), handler);
  }
}
