package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.engine.Recorder.Write;
import dev.trefoil.raw.session.Outlet;
import dev.trefoil.raw.session.PusherSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.tls.Security;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Framer;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.Timekeeper;
import dev.trefoil.spi.TransportContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sending adapts: who sends a lone message writes it; a burst leaves in few large writes. Time
 * stands still unless a test moves it, and writes are counted instead of reaching the system.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class WriterTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long MILLISECOND = 1_000_000;

  /** What waits before a sender of a burst writes by itself. */
  private static final int ENOUGH = 64 * 1024;

  private static final int BODY = 28;
  private static final int FRAME = 8 + BODY;

  private final AtomicLong clock = new AtomicLong(MILLISECOND);
  private final List<SocketChannel> sockets = new ArrayList<>();
  private Engine engine;

  @BeforeEach
  void start() {
    Timekeeper time =
        new Timekeeper() {
          @Override
          public long nanoTime() {
            return clock.get();
          }

          @Override
          public Timekeeper.Timeout schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("the engine sets no timers");
          }
        };
    engine =
        new Engine(new TransportContext("test", time, 1, Idle.PARK), any -> Security.JVM_DEFAULT);
  }

  @AfterEach
  void stop() throws IOException {
    engine.close();
    for (SocketChannel each : sockets) {
      each.close();
    }
  }

  /** Notes its targets. */
  private static final class Targets implements PushPort.Listener {
    final CompletableFuture<PushPort.Target> target = new CompletableFuture<>();
    final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public void targetUp(PushPort.Target up) {
      target.complete(up);
    }

    @Override
    public void targetReady(PushPort.Target ready) {}

    @Override
    public void targetLeaving(PushPort.Target leaving) {}

    @Override
    public void targetDown(PushPort.Target down, DisconnectReason reason, String detail) {}

    @Override
    public void credit(PushPort.Target from, int messages) {}

    @Override
    public void acknowledged(PushPort.Target by, long first, long last) {}

    @Override
    public void refused(PushPort.Target by, long sequence, Failure failure, String message) {}

    @Override
    public void peerUp(Peer peer) {}

    @Override
    public void peerDown(Peer peer, DisconnectReason reason, String detail) {
      end.complete(reason + " " + detail);
    }

    @Override
    public void rejected(Endpoint at, String address, RejectReason reason, String detail) {
      target.completeExceptionally(new AssertionError(detail));
    }

    @Override
    public void connectFailed(Endpoint endpoint, String why) {}
  }

  /** A pusher's port, of which this test makes the connections. */
  private static final class Port extends SocketPort implements PushPort {
    private final PushPort.Listener listener;

    Port(Engine engine, PortContext context, PushPort.Listener listener) {
      super(engine, SpRole.PUSH, context, listener);
      this.listener = listener;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return new PusherSide(session, dialect, listener, counters());
    }
  }

  /** A connection past its handshake, whose I/O thread is at rest. */
  private final class Line {
    final Recorder recorder;
    final TcpConnection connection;
    final PushPort.Target target;
    final Targets heard = new Targets();

    Line() throws Exception {
      Options roomy = Options.builder().sendQueueMessages(1_000_000).build();
      Port port = new Port(engine, new PortContext("role", roomy, new PortMetrics(), 7), heard);
      recorder = new Recorder(connected());
      Met met = new Met(Endpoint.of("sp://127.0.0.1:1"), "there", Dialect.V0, null);
      connection = new TcpConnection(port, engine.nextLoop(), recorder, met);
      assertThat(port.add(connection)).isTrue();
      engine.loops().get(0).execute(connection::start);
      target = heard.target.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      await().atMost(LIMIT).until(() -> recorder.bytes() == Hello.BYTES);
      CompletableFuture<Boolean> rested = new CompletableFuture<>();
      engine.loops().get(0).execute(() -> rested.complete(true));
      rested.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(recorder.writes()).hasSize(1);
    }

    /** {@return a socket at whose other end a puller has said hello} */
    private SocketChannel connected() throws IOException {
      try (ServerSocketChannel listening = ServerSocketChannel.open()) {
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel near = SocketChannel.open(listening.getLocalAddress());
        SocketChannel far = listening.accept();
        sockets.add(near);
        sockets.add(far);
        long hello = Hello.encode(SpRole.PULL, Dialect.V0);
        far.write(ByteBuffer.allocate(Hello.BYTES).putLong(hello).flip());
        near.configureBlocking(false);
        return near;
      }
    }

    void send(int number) {
      assertThat(target.send(body(number))).isTrue();
    }

    /** Sends as a requester does while so many of its requests are with the peer. */
    void sendWhile(int others, int number) {
      Outlet outlet = connection.session().outlet();
      boolean flush;
      outlet.lock();
      try {
        outlet.queue().add(FrameType.DATA, 0, 0, Frames.EMPTY, body(number));
        flush = connection.queuedInBatch(others);
      } finally {
        outlet.unlock();
      }
      if (flush) {
        connection.flush();
      }
    }

    /** Asserts that exactly these have been written, in order. */
    void assertWritten(int count) throws Exception {
      await().atMost(LIMIT).until(() -> recorder.bytes() == Hello.BYTES + count * FRAME);
      List<Integer> numbers = new ArrayList<>();
      ByteBuffer all = ByteBuffer.wrap(recorder.taken.toByteArray()).position(Hello.BYTES);
      new Framer(Dialect.V0, BODY)
          .feed(
              all, (type, wide, narrow, head, body) -> numbers.add(ByteBuffer.wrap(body).getInt()));
      for (int i = 0; i < count; i++) {
        assertThat(numbers.get(i)).isEqualTo(i);
      }
      assertThat(numbers).hasSize(count);
    }
  }

  private static byte[] body(int number) {
    return ByteBuffer.allocate(BODY).putInt(number).array();
  }

  /** Has the flusher write on a connection of its own, where it waits; {@return what ends that} */
  private CountDownLatch holdTheFlusher() throws Exception {
    Line other = new Line();
    clock.addAndGet(MILLISECOND);
    other.send(0);
    CountDownLatch end = new CountDownLatch(1);
    other.recorder.gate = end;
    other.send(1);
    assertThat(other.recorder.atTheGate.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return end;
  }

  @Test
  void aLoneMessageIsWrittenAtOnceByWhoSendsIt() throws Exception {
    Line line = new Line();
    for (int i = 0; i < 100; i++) {
      clock.addAndGet(MILLISECOND);
      line.send(i);
      assertThat(line.recorder.writes()).containsExactly(new Write(Thread.currentThread(), FRAME));
    }
    line.assertWritten(100);
  }

  @Test
  void aBurstLeavesInLargeWritesOfWhoSends() throws Exception {
    CountDownLatch end = holdTheFlusher();
    Line line = new Line();
    clock.addAndGet(MILLISECOND);
    int count = 10_000;
    for (int i = 0; i < count; i++) {
      line.send(i);
    }
    List<Write> writes = line.recorder.writes();
    assertThat(writes.get(0).bytes()).as("the first is alone").isEqualTo(FRAME);
    assertThat(writes.subList(1, writes.size()))
        .as("the rest is a burst")
        .hasSize((count - 1) * FRAME / (ENOUGH + FRAME))
        .allMatch(each -> each.bytes() >= ENOUGH && each.by() == Thread.currentThread());
    end.countDown();
    line.assertWritten(count);
    assertThat(line.recorder.writes())
        .as("its end is the flusher's")
        .hasSize(1)
        .allMatch(each -> each.by().getName().endsWith("-flush"));
  }

  @Test
  void whatIsAsMuchAsTheOtherSideHasToDoIsWrittenByWhoSends() throws Exception {
    CountDownLatch end = holdTheFlusher();
    Line line = new Line();
    line.sendWhile(0, 0);
    assertThat(line.recorder.writes()).containsExactly(new Write(Thread.currentThread(), FRAME));
    for (int i = 1; i < 10; i++) {
      line.sendWhile(10, i);
    }
    assertThat(line.recorder.writes()).as("the peer has more to do than what waits").isEmpty();
    line.sendWhile(10, 10);
    assertThat(line.recorder.writes())
        .containsExactly(new Write(Thread.currentThread(), 10 * FRAME));
    int some = 8 * 1024 / FRAME; // a little less than what is written in any case
    for (int i = 0; i < some; i++) {
      line.sendWhile(10_000, 11 + i);
    }
    assertThat(line.recorder.writes()).isEmpty();
    line.sendWhile(10_000, 11 + some);
    assertThat(line.recorder.writes())
        .containsExactly(new Write(Thread.currentThread(), (some + 1) * FRAME));
    end.countDown();
    line.assertWritten(11 + some + 1);
  }

  @Test
  void whatComesWhileSomebodyWritesLeavesTogether() throws Exception {
    Line line = new Line();
    clock.addAndGet(MILLISECOND);
    line.send(0);
    CountDownLatch end = new CountDownLatch(1);
    line.recorder.gate = end;
    line.send(1);
    assertThat(line.recorder.atTheGate.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    int count = 1_000;
    for (int i = 2; i < count; i++) {
      line.send(i);
    }
    assertThat(line.recorder.writes()).as("what was sent alone").hasSize(1);
    end.countDown();
    line.assertWritten(count);
    assertThat(line.recorder.writes())
        .as("one that the flusher was in, and one for all that came meanwhile")
        .extracting(Write::bytes)
        .containsExactly(FRAME, (count - 2) * FRAME);
  }

  @Test
  void whatFailsInAWriteEndsThatConnectionAndNoOther() throws Exception {
    Line line = new Line();
    Line other = new Line();
    clock.addAndGet(MILLISECOND);
    line.recorder.broken = true;
    line.send(0);
    assertThat(line.heard.end.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .startsWith("IO_ERROR writing failed:")
        .endsWith("broken on purpose");
    assertThat(line.target.send(body(1))).as("it takes nothing more").isFalse();
    other.send(0);
    other.assertWritten(1);
  }
}
