package dev.trefoil.raw.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Idle;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.session.Link;
import dev.trefoil.raw.session.PullerSide;
import dev.trefoil.raw.session.Session;
import dev.trefoil.raw.session.SessionConfig;
import dev.trefoil.raw.session.SessionOwner;
import dev.trefoil.raw.session.Side;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.Timekeeper;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where bytes are read to. */
final class ReaderTest {
  private static final int LARGE = 1 << 20;
  private static final long SECONDS = 20;

  private final List<byte[]> messages = new ArrayList<>();
  private final List<ByteBuffer> readInto = new ArrayList<>();
  private final List<Integer> asked = new ArrayList<>();
  private boolean fillsArrays;
  private Session session;
  private Loop loop;
  private Reader reader;

  private static <T> T as(Class<T> type, InvocationHandler handler) {
    Class<?>[] types = {type};
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), types, handler));
  }

  private static Object nothing(Class<?> type) {
    return type == boolean.class ? false : type == int.class ? 0 : null;
  }

  private final class Owner implements SessionOwner {
    @Override
    public Side side(Session of, Dialect dialect) {
      return new PullerSide(
          of,
          dialect,
          as(
              PullPort.Listener.class,
              (self, method, arguments) -> {
                if (method.getName().equals("message")) {
                  messages.add((byte[]) arguments[arguments.length - 1]);
                  return true;
                }
                return nothing(method.getReturnType());
              }));
    }

    @Override
    public void up(Session of) {}

    @Override
    public void down(Session of, DisconnectReason reason, String detail) {}

    @Override
    public void rejected(Session of, RejectReason reason, String detail) {
      throw new AssertionError(detail);
    }

    @Override
    public void quiet() {}

    @Override
    public void heartbeatMissed() {}
  }

  /** Fills whatever it is given, and notes it. */
  private Conduit endless() {
    return as(
        Conduit.class,
        (self, method, arguments) -> {
          switch (method.getName()) {
            case "read" -> {
              ByteBuffer to = (ByteBuffer) arguments[0];
              readInto.add(to);
              int count = to.remaining();
              asked.add(count);
              to.put(new byte[count]);
              return count;
            }
            case "leastStraight" -> {
              return 64 * 1024;
            }
            case "fillsArrays" -> {
              return fillsArrays;
            }
            default -> {
              return nothing(method.getReturnType());
            }
          }
        });
  }

  @BeforeEach
  void open() throws IOException {
    BufferPool.use();
    Timekeeper clock =
        new Timekeeper() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public Timeout schedule(long delayNanos, Runnable task) {
            throw new UnsupportedOperationException("loops have no timer");
          }
        };
    loop = new Loop("own", clock, Idle.PARK, new AtomicInteger(), Selector::open);
    session =
        new Session(
            SessionConfig.of(
                SpRole.PULL, new PortContext("p", Options.defaults(), new PortMetrics(), 7)),
            new Owner(),
            null,
            Endpoint.of("sp://127.0.0.1:1"),
            "127.0.0.1:2",
            as(Link.class, (self, method, arguments) -> nothing(method.getReturnType())));
    session.start(0);
    session.received(ByteBuffer.wrap(Hello.bytes(SpRole.PUSH, Dialect.V0)), 0);
    reader =
        new Reader(as(Ready.class, (self, method, arguments) -> null), loop, endless(), session);
  }

  @AfterEach
  void close() throws InterruptedException {
    loop.stop();
    loop.join(TimeUnit.SECONDS.toMillis(SECONDS));
    BufferPool.unuse();
  }

  private void beginLargeMessage() {
    session.received(ByteBuffer.allocate(1000).putLong(LARGE).rewind(), 0);
  }

  /** Reads the rest of the message, and hands it on. */
  private void readToItsEnd() throws IOException {
    while (messages.isEmpty()) {
      reader.read(true);
      session.received(reader.bytes(), 0);
    }
  }

  @Test
  void aLargeMessageIsDecryptedIntoItsArrayInBoundedSteps() throws IOException {
    fillsArrays = true;
    beginLargeMessage();
    readToItsEnd();
    assertThat(messages.get(0)).hasSize(LARGE);
    ByteBuffer first = readInto.get(0);
    assertThat(first.hasArray()).isTrue();
    assertThat(first.array()).as("with offset " + first.arrayOffset()).isSameAs(messages.get(0));
    assertThat(asked).allMatch(count -> count <= BufferPool.BYTES);
  }

  /** Else each thread that ever steered would keep a direct buffer of that size. */
  @Test
  void aSocketIsReadByWayOfTheLoopsBufferAlone() throws IOException {
    beginLargeMessage();
    readToItsEnd();
    assertThat(messages.get(0)).hasSize(LARGE);
    assertThat(readInto).allSatisfy(each -> assertThat(each).isSameAs(loop.readBuffer()));
    assertThat(asked).allMatch(count -> count <= BufferPool.BYTES);
  }

  @Test
  void whatNobodyWantsIsNotReadIntoAMessage() throws IOException {
    beginLargeMessage();
    reader.read(false);
    assertThat(readInto).containsExactly(loop.readBuffer());
  }
}
