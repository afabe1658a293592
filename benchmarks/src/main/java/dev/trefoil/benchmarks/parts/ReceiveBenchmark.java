package dev.trefoil.benchmarks.parts;

import dev.trefoil.Codec;
import dev.trefoil.Delivery;
import dev.trefoil.Messaging;
import dev.trefoil.Peer;
import dev.trefoil.Puller;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PullPort;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way from a transport to {@code receive}, through the queue between them: by one thread, and
 * between two, where the producer stands for the I/O thread and obeys when it is to pause.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Benchmark)
public class ReceiveBenchmark {
  private static final int BATCH = 256;
  private static final long PAUSE_NANOS = 1_000;
  private static final Duration LOOK_UP = Duration.ofMillis(10);

  private final NullTransport transport = new NullTransport();
  private final Messaging messaging = Messaging.builder().transport(transport).build();
  private final Puller<byte[]> puller = messaging.puller(Codec.bytes());
  private final Origin origin = new Origin(NullTransport.newPeer());
  private final byte[] payload = new byte[64];
  private int inBatch;

  /** A pusher that nobody has to answer. */
  private record Origin(Peer peer) implements PullPort.Source {
    @Override
    public long senderId() {
      return 1;
    }

    @Override
    public void acknowledge(long sequence) {}

    @Override
    public void refuse(long sequence, Failure failure, String message) {}
  }

  /** Opens the puller's port. */
  @Setup(Level.Trial)
  public void open() {
    puller.bind(NullTransport.ENDPOINT);
    transport.puller().peerUp(origin.peer());
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void close() {
    messaging.close();
  }

  /** A message in and out. */
  @Benchmark
  public @Nullable Delivery<byte[]> alone() throws InterruptedException {
    transport.puller().message(origin, payload);
    return puller.receive(Duration.ZERO);
  }

  /** What the I/O thread does for each message. */
  @Benchmark
  @Group("between")
  public void put() {
    if (transport.isPaused()) {
      // As the I/O thread would, it does something else until the queue is half empty.
      LockSupport.parkNanos(PAUSE_NANOS);
      return;
    }
    boolean goOn = transport.puller().message(origin, payload);
    inBatch++;
    if (!goOn) {
      transport.pause();
    }
    if (!goOn || inBatch == BATCH) {
      transport.puller().batchEnd();
      inBatch = 0;
    }
  }

  /** What the user's thread does for each message. */
  @Benchmark
  @Group("between")
  public @Nullable Delivery<byte[]> take() throws InterruptedException {
    return puller.receive(LOOK_UP);
  }
}
