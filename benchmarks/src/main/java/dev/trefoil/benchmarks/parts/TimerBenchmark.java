package dev.trefoil.benchmarks.parts;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Pusher;
import dev.trefoil.spi.Timekeeper;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What each request pays for its deadline: schedule, and take back when the reply is there. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class TimerBenchmark {
  private static final long DEADLINE = TimeUnit.SECONDS.toNanos(5);

  /** How many other timeouts wait meanwhile. */
  @Param({"0", "100000"})
  public int waiting;

  private final NullTransport transport = new NullTransport();
  private final Messaging messaging = Messaging.builder().transport(transport).build();

  /** Makes the wheel turn, and fills it. */
  @Setup(Level.Trial)
  public void open() {
    Pusher<byte[]> pusher = messaging.pusher(Codec.bytes());
    pusher.connect(NullTransport.ENDPOINT);
    for (int i = 0; i < waiting; i++) {
      transport
          .timekeeper()
          .schedule(TimeUnit.HOURS.toNanos(1) + i * 1_000L, TimerBenchmark::doNothing);
    }
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void close() {
    messaging.close();
  }

  private static void doNothing() {}

  /** One deadline that is never reached. */
  @Benchmark
  public boolean scheduleAndCancel() {
    Timekeeper.Timeout timeout =
        transport.timekeeper().schedule(DEADLINE, TimerBenchmark::doNothing);
    return timeout.cancel();
  }
}
