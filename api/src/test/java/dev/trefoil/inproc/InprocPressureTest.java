package dev.trefoil.inproc;

import static dev.trefoil.inproc.Bench.bytes;
import static dev.trefoil.inproc.Bench.join;
import static dev.trefoil.inproc.Bench.options;
import static dev.trefoil.inproc.Recorder.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.Peer;
import dev.trefoil.inproc.Bench.Opened;
import dev.trefoil.spi.PublishPort;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.SubscribePort;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small queues, listeners that pause at random: nothing may be forgotten, all must be counted. */
@Timeout(60)
final class InprocPressureTest {
  private final Bench bench = new Bench();

  @AfterEach
  void closeAll() {
    bench.close();
  }

  /** Waits for room as a role does: only when it is told. */
  private static final class Waiting extends Recorder {
    private final Semaphore ready = new Semaphore(0);

    @Override
    public void targetReady(PushPort.Target target) {
      ready.release();
    }
  }

  /** Checks the order and pauses now and then. */
  private static final class Pausing extends Recorder {
    private final Random random;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong missed = new AtomicLong();
    private final Semaphore paused = new Semaphore(0);
    private volatile long last = -1;
    private volatile boolean disorder;

    private Pausing(long seed) {
      random = new Random(seed);
    }

    private boolean take(byte[] body) {
      long number = ByteBuffer.wrap(body).getLong();
      disorder |= number <= last;
      received.incrementAndGet();
      last = number; // behind the rest: whoever waits for the last one finds all counted
      boolean goOn = random.nextInt(10) != 0;
      if (!goOn) {
        paused.release();
      }
      return goOn;
    }

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      return take(body);
    }

    @Override
    public boolean message(Peer from, byte[] topic, byte[] body, long gap) {
      missed.addAndGet(gap);
      return take(body);
    }

    @Override
    public void batchEnd() {}

    /** Resumes after each pause, from a thread of its own. */
    private Thread resumer(Runnable resume) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    paused.acquire();
                    resume.run();
                  }
                } catch (InterruptedException e) {
                  // The test is over.
                  Thread.currentThread().interrupt();
                }
              });
      thread.setDaemon(true);
      thread.start();
      return thread;
    }
  }

  private static byte[] number(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void whoeverWaitsUntilHeIsToldOfRoomAlwaysIsTold(int queue) throws Exception {
    long seed = System.nanoTime();
    Waiting waiting = new Waiting();
    Pausing pausing = new Pausing(seed);
    Opened<PushPort> pusher = bench.pusher(options().sendQueueMessages(queue).build(), waiting);
    Opened<PullPort> puller = bench.puller(options().build(), pausing);
    join(puller, pusher);
    PushPort.Target target = Recorder.next(waiting.pushTargets);
    Thread resumer = pausing.resumer(puller.port()::resume);

    for (long i = 0; i < 20_000; i++) {
      while (!target.send(number(i))) {
        assertThat(waiting.ready.tryAcquire(10, TimeUnit.SECONDS))
            .as("told of room for message %s, seed %s", i, seed)
            .isTrue();
      }
    }
    eventually().until(() -> pausing.received.get() == 20_000);
    resumer.interrupt();
    assertThat(pausing.disorder).as("seed %s", seed).isFalse();
    assertThat(pusher.metrics().drops()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Overflow.class,
      names = {"DROP_OLDEST", "DROP_NEWEST", "BLOCK"})
  void whatWasReceivedAndWhatWasMissedIsWhatWasPublished(Overflow overflow) throws Exception {
    long seed = System.nanoTime();
    Pausing pausing = new Pausing(seed);
    Options options = options().sendQueueMessages(5).overflow(overflow).build();
    Opened<PublishPort> publisher = bench.publisher(options);
    Opened<SubscribePort> subscriber = bench.subscriber(options().build(), pausing);
    subscriber.port().subscribe(bytes("t"));
    join(publisher, subscriber);
    eventually().until(() -> publisher.port().subscribers(bytes("t")) == 1);
    Thread resumer = pausing.resumer(subscriber.port()::resume);

    for (long i = 0; i < 50_000; i++) {
      publisher.port().publish(bytes("t"), number(i), i % 3 * 1000);
    }
    eventually().until(() -> publisher.port().queued() == 0);
    publisher.port().publish(bytes("t"), number(50_000), Duration.ofSeconds(10).toNanos());
    eventually().until(() -> pausing.last == 50_000);
    resumer.interrupt();

    assertThat(pausing.disorder).as("seed %s", seed).isFalse();
    assertThat(pausing.missed.get()).isEqualTo(publisher.metrics().drops());
    assertThat(pausing.received.get() + pausing.missed.get()).as("seed %s", seed).isEqualTo(50_001);
  }
}
