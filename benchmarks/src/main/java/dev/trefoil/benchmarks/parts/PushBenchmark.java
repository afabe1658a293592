package dev.trefoil.benchmarks.parts;

import dev.trefoil.Codec;
import dev.trefoil.Messaging;
import dev.trefoil.Pusher;
import dev.trefoil.SendResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

/** A push down to the transport, with and without meters. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class PushBenchmark {
  /** Where the meters go: none, or simple. */
  @Param({"none", "simple"})
  public String registry = "none";

  private final byte[] payload = new byte[64];
  private Messaging messaging = Messaging.create();
  private Pusher<byte[]> pusher = messaging.pusher(Codec.bytes());

  /** Connects to a transport that forgets. */
  @Setup(Level.Trial)
  public void open() {
    messaging.close();
    Messaging.Builder builder = Messaging.builder().transport(new NullTransport());
    if (registry.equals("simple")) {
      builder.meterRegistry(new SimpleMeterRegistry());
    }
    messaging = builder.build();
    pusher = messaging.pusher(Codec.bytes());
    pusher.connect(NullTransport.ENDPOINT);
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void close() {
    messaging.close();
  }

  /** The call that waits for room; there always is. */
  @Benchmark
  public void push() throws InterruptedException {
    pusher.push(payload);
  }

  /** The call that does not wait. */
  @Benchmark
  public SendResult tryPush() {
    return pusher.tryPush(payload);
  }
}
