package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Overflow;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PublishPort;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message is encoded once, however many subscribers it goes to. */
final class AudienceTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final int MANY = 50;
  private static final byte[] TOPIC = {'t'};

  private final PortMetrics metrics = new PortMetrics();
  private final Audience audience =
      new Audience(Overflow.DROP_OLDEST, metrics, idle(PublishPort.Listener.class), () -> 0);
  private final List<Session> sessions = new ArrayList<>();

  /** {@return one that does nothing} */
  private static <T> T idle(Class<T> type) {
    Class<?>[] types = {type};
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            types,
            (self, method, arguments) ->
                method.isDefault()
                    ? InvocationHandler.invokeDefault(self, method, arguments)
                    : method.getReturnType() == boolean.class ? false : null));
  }

  private final class Owner implements SessionOwner {
    @Override
    public Side side(Session session, Dialect dialect) {
      return new PublisherSide(session, dialect, audience);
    }

    @Override
    public void up(Session session) {}

    @Override
    public void down(Session session, DisconnectReason reason, String detail) {}

    @Override
    public void rejected(Session session, RejectReason reason, String detail) {
      throw new AssertionError(detail);
    }

    @Override
    public void quiet() {}

    @Override
    public void heartbeatMissed() {}
  }

  private void join(Dialect dialect) {
    PortContext context = new PortContext("publisher", Options.defaults(), metrics, 7);
    Session session =
        new Session(
            SessionConfig.of(SpRole.PUB, context),
            new Owner(),
            null,
            Endpoint.of("raw://127.0.0.1:1"),
            "127.0.0.1:2",
            idle(Link.class));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    said.writeBytes(ByteBuffer.allocate(8).putLong(Hello.encode(SpRole.SUB, dialect)).array());
    if (dialect == Dialect.V1) {
      byte[] open = new Open(1, 0, 2 * MEBIBYTE, 0, 0, 0).encode();
      said.writeBytes(Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open));
      said.writeBytes(Frames.encode(FrameType.SUBSCRIBE, 0, 0, Frames.EMPTY, TOPIC));
    }
    session.start(0);
    assertThat(session.received(ByteBuffer.wrap(said.toByteArray()), 0)).isTrue();
    sessions.add(session);
  }

  /** {@return how much publishing a message of a mebibyte to all of them allocated} */
  private long allocatedByPublishing() throws InterruptedException {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] body = new byte[MEBIBYTE];
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(audience.publish(TOPIC, body, 0)).isEqualTo(MANY);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    for (Session each : sessions) {
      assertThat(each.outlet().queue().bytes()).isGreaterThan(MEBIBYTE);
    }
    return allocated;
  }

  @Test
  void aMessageIsEncodedOnceForAllItsSubscribers() throws InterruptedException {
    for (int i = 0; i < MANY; i++) {
      join(Dialect.V1);
    }
    assertThat(allocatedByPublishing()).isBetween((long) MEBIBYTE, 2L * MEBIBYTE);
  }

  @Test
  void whereBothDialectsAreSpokenItIsEncodedTwice() throws InterruptedException {
    for (int i = 0; i < MANY; i++) {
      join(i % 2 == 0 ? Dialect.V0 : Dialect.V1);
    }
    assertThat(allocatedByPublishing()).isBetween(2L * MEBIBYTE, 3L * MEBIBYTE);
  }
}
