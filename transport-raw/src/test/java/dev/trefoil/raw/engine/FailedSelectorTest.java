package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.session.PullerSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.tls.Security;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop whose selector fails loses its connections, says so, and goes on with a new one. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class FailedSelectorTest {
  private static final long SECONDS = 10;

  private final BlockingQueue<Selector> opened = new LinkedBlockingQueue<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private final Engine engine =
      new Engine(
          new TransportContext("test", new RealTime(), 1, Idle.PARK),
          any -> Security.JVM_DEFAULT,
          this::openOne);
  private final Heard heard = new Heard();
  private final Port port =
      new Port(engine, new PortContext("role", Options.defaults(), new PortMetrics(), 7), heard);

  private Selector openOne() throws IOException {
    if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("Too many open files");
    }
    Selector one = Selector.open();
    opened.add(one);
    return one;
  }

  private static final class RealTime extends Timekeeper {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public Timekeeper.Timeout schedule(long delayNanos, Runnable task) {
      throw new UnsupportedOperationException("the engine sets no timers");
    }
  }

  private static final class Heard implements PullPort.Listener {
    final BlockingQueue<Peer> ups = new LinkedBlockingQueue<>();
    final BlockingQueue<DisconnectReason> downs = new LinkedBlockingQueue<>();
    final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();

    @Override
    public void peerUp(Peer peer) {
      ups.add(peer);
    }

    @Override
    public void peerDown(Peer peer, DisconnectReason reason, String detail) {
      downs.add(reason);
    }

    @Override
    public void rejected(Endpoint at, String address, RejectReason reason, String detail) {}

    @Override
    public void connectFailed(Endpoint endpoint, String why) {}

    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      return messages.add(body);
    }

    @Override
    public boolean message(
        PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
      return messages.add(body);
    }

    @Override
    public void batchEnd() {}
  }

  private static final class Port extends SocketPort implements PullPort {
    private final Heard heard;

    Port(Engine engine, PortContext context, Heard heard) {
      super(engine, SpRole.PULL, context, heard);
      this.heard = heard;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return new PullerSide(session, dialect, heard);
    }
  }

  @AfterEach
  void close() {
    port.close(Duration.ofSeconds(1));
    engine.close();
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T item = queue.poll(SECONDS, TimeUnit.SECONDS);
    assertThat(item).isNotNull();
    return item;
  }

  /** {@return a pusher of v0, which is known here} */
  private Socket pusher(Endpoint at) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port());
    socket.getOutputStream().write(Hello.bytes(SpRole.PUSH, Dialect.V0));
    next(heard.ups);
    return socket;
  }

  private void assertPulls(Socket pusher) throws Exception {
    byte[] message = Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, new byte[3]);
    pusher.getOutputStream().write(message);
    assertThat(next(heard.messages)).hasSize(3);
  }

  @Test
  void connectionsAreLostWithAReasonAndNewOnesAreAccepted() throws Exception {
    Endpoint at = port.bind(Endpoint.of("raw://127.0.0.1:0"));
    for (int i = 0; i < 3; i++) {
      try (Socket pusher = pusher(at)) {
        assertPulls(pusher);
        next(opened).close();
        assertThat(next(heard.downs)).isEqualTo(DisconnectReason.IO_THREAD_LOST);
      }
    }
    try (Socket pusher = pusher(at)) {
      assertPulls(pusher);
    }
    assertThat(next(heard.downs)).isNotEqualTo(DisconnectReason.IO_THREAD_LOST);
  }

  @Test
  void itTriesAgainUntilASelectorIsToBeHad() throws Exception {
    Endpoint at = port.bind(Endpoint.of("raw://127.0.0.1:0"));
    refusals.set(5);
    next(opened).close();
    await().atMost(Duration.ofSeconds(SECONDS)).until(() -> refusals.get() == 0);
    try (Socket pusher = pusher(at)) {
      assertPulls(pusher);
    }
  }

  @Test
  void aWaitingThreadThatSteersHearsNothingOfIt() throws Exception {
    port.bind(Endpoint.of("raw://127.0.0.1:0"));
    Selector broken = next(opened);
    Loop loop = engine.loops().get(0);
    AtomicBoolean steers = new AtomicBoolean();
    AtomicBoolean over = new AtomicBoolean();
    BooleanSupplier until =
        () -> {
          steers.compareAndSet(false, loop.isCallers() && loop.isLent());
          return over.get();
        };
    CompletableFuture<Void> steering =
        CompletableFuture.runAsync(
            () -> {
              while (!over.get()) {
                if (!loop.helm().steer(until, TimeUnit.SECONDS.toNanos(SECONDS))) {
                  loop.helm().steer(() -> true, 1); // it is lent to one whose wait is over
                  loop.execute(() -> {});
                }
              }
            });
    await().atMost(Duration.ofSeconds(SECONDS)).untilTrue(steers);
    broken.close();
    next(opened);
    try (Socket pusher = pusher(port.bind(Endpoint.of("raw://127.0.0.1:0")))) {
      assertPulls(pusher);
    }
    over.set(true);
    loop.lookout().wake();
    steering.get(SECONDS, TimeUnit.SECONDS);
  }
}
