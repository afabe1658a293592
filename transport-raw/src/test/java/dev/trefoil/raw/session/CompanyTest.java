package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What requests and replies know of others that they may leave with. */
final class CompanyTest {
  private static final byte[] BODY = new byte[4];
  private static final int FIRST_ID = 0x8000_0000;

  /** How many others there were at each request or reply that was queued. */
  private final List<Integer> others = new ArrayList<>();

  private final List<ReplyPort.Incoming> asked = new ArrayList<>();
  private RequestPort.@Nullable Target target;

  /** Writes nothing by itself. */
  private final class Resting implements Link {
    @Override
    public boolean queued(boolean hurry) {
      return false;
    }

    @Override
    public boolean queuedInBatch(int company) {
      others.add(company);
      return false;
    }

    @Override
    public boolean gathered(boolean enough) {
      return false;
    }

    @Override
    public void flush() {}

    @Override
    public void close(DisconnectReason reason, String detail) {
      throw new AssertionError(reason + ": " + detail);
    }

    @Override
    public void resume() {}

    @Override
    public void execute(Runnable task) {
      throw new AssertionError("nothing is to be run");
    }
  }

  /** A session past its handshake. */
  private Session session(SpRole role, SpRole peer, Function<Session, Side> side) {
    SessionOwner owner =
        SessionBatchTest.as(
            SessionOwner.class,
            (self, method, arguments) ->
                method.getName().equals("side") ? side.apply((Session) arguments[0]) : null);
    PortContext context = new PortContext("p", Options.defaults(), new PortMetrics(), 7);
    Endpoint endpoint = Endpoint.of("sp://127.0.0.1:1");
    Session session =
        new Session(
            SessionConfig.of(role, context), owner, Dialect.V0, endpoint, "there", new Resting());
    session.start(0);
    session.received(
        ByteBuffer.allocate(Hello.BYTES).putLong(Hello.encode(peer, Dialect.V0)).flip(), 0);
    written(session);
    return session;
  }

  /** All that is queued has been written. */
  private static void written(Session session) {
    Outlet outlet = session.outlet();
    outlet.lock();
    try {
      FrameQueue queue = outlet.queue();
      queue.written(Math.toIntExact(queue.bytes()));
    } finally {
      outlet.unlock();
    }
  }

  private static ByteBuffer message(int id) {
    byte[] head = ByteBuffer.allocate(4).putInt(id).array();
    byte[] frame = Frames.encode(FrameType.DATA, 0, 0, head, BODY);
    return ByteBuffer.wrap(frame);
  }

  @Test
  void aRequestKnowsHowManyAreWithThePeer() {
    RequestPort.Listener listener =
        SessionBatchTest.as(
            RequestPort.Listener.class,
            (self, method, arguments) -> {
              if (method.getName().equals("targetUp")) {
                target = (RequestPort.Target) arguments[0];
              }
              return null;
            });
    Session session =
        session(
            SpRole.REQ,
            SpRole.REP,
            each -> new RequesterSide(each, Dialect.V0, listener, new PortMetrics()));
    RequestPort.Target replier = target;
    assertThat(replier).isNotNull();

    replier.send(1, Long.MAX_VALUE, BODY);
    replier.send(2, Long.MAX_VALUE, BODY);
    assertThat(others).as("none is with the peer").containsExactly(0, 0);
    written(session);
    replier.send(3, Long.MAX_VALUE, BODY);
    replier.send(4, Long.MAX_VALUE, BODY);
    session.received(message(FIRST_ID | 1), 0);
    replier.send(5, Long.MAX_VALUE, BODY);

    assertThat(others).containsExactly(0, 0, 2, 2, 1);
  }

  private Session replier() {
    ReplyPort.Listener listener =
        SessionBatchTest.as(
            ReplyPort.Listener.class,
            (self, method, arguments) -> {
              if (method.getName().equals("request")) {
                asked.add((ReplyPort.Incoming) arguments[0]);
                return true;
              }
              return null;
            });
    return session(
        SpRole.REP,
        SpRole.REQ,
        each -> new ReplierSide(each, Dialect.V0, listener, new PortMetrics()));
  }

  @Test
  void aReplyKnowsHowManyMoreAreInHand() {
    Session session = replier();
    for (int i = 1; i <= 3; i++) {
      session.received(message(FIRST_ID | i), 0);
    }

    asked.get(0).reply(BODY);
    asked.get(2).reply(BODY);
    asked.get(1).reply(BODY);

    assertThat(others).containsExactly(2, 1, 0);
  }

  @Test
  void whatGetsNoAnswerIsNotInHand() {
    Session session = replier();
    session.received(ByteBuffer.wrap(manyHops()), 0);
    for (int i = 1; i <= 3; i++) {
      session.received(message(FIRST_ID | i), 0);
    }

    asked.get(0).fail(Failure.HANDLER, "which this wire cannot tell");
    asked.get(1).reply(BODY);
    asked.get(2).reply(BODY);

    assertThat(asked).as("of which the first had too many hops").hasSize(3);
    assertThat(others).containsExactly(1, 0);
  }

  private static byte[] manyHops() {
    byte[] head = new byte[4 * 100];
    head[head.length - 4] = (byte) 0x80;
    return Frames.encode(FrameType.DATA, 0, 0, head, BODY);
  }
}
