package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trefoil.Assurance;
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
import dev.trefoil.spi.PullPort;
import dev.trefoil.spi.PushPort;
import dev.trefoil.spi.ReplyPort;
import dev.trefoil.spi.RequestPort;
import dev.trefoil.spi.SubscribePort;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Garbage after a good opening ends a session in an orderly way or not at all, in every role. */
final class SessionFuzzTest {
  private static final int SEEDS = 3000;
  private static final int[] TYPES = {
    FrameType.DATA,
    FrameType.OPEN,
    FrameType.PING,
    FrameType.PONG,
    FrameType.GOODBYE,
    FrameType.REQUEST,
    FrameType.REPLY,
    FrameType.ERROR,
    FrameType.PUBLISH,
    FrameType.SUBSCRIBE,
    FrameType.UNSUBSCRIBE,
    FrameType.GAP,
    FrameType.PUSH,
    FrameType.ACK,
    FrameType.NACK,
    FrameType.CREDIT,
    FrameType.SKIP,
    0x90
  };

  /** Everything around one session: it notes what the session wants. */
  private static final class Around implements SessionOwner {
    final List<String> events = new ArrayList<>();
    private final PortMetrics metrics = new PortMetrics();
    private final SpRole role;
    boolean closed;

    Around(SpRole role) {
      this.role = role;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      return switch (role) {
        case REQ -> new RequesterSide(session, dialect, deaf(RequestPort.Listener.class), metrics);
        case REP -> new ReplierSide(session, dialect, deaf(ReplyPort.Listener.class), metrics);
        case PUB ->
            new PublisherSide(
                session,
                dialect,
                new Audience(
                    Overflow.DROP_OLDEST, metrics, deaf(PublishPort.Listener.class), () -> 0));
        case SUB ->
            new SubscriberSide(
                session,
                dialect,
                deaf(SubscribePort.Listener.class),
                deaf(SubscriberSide.Hub.class));
        case PUSH -> new PusherSide(session, dialect, deaf(PushPort.Listener.class), metrics);
        case PULL -> new PullerSide(session, dialect, deaf(PullPort.Listener.class));
      };
    }

    /** {@return one that takes everything and does nothing} */
    private static <T> T deaf(Class<T> type) {
      return as(
          type, (self, method, arguments) -> method.getReturnType() == boolean.class ? true : null);
    }

    @Override
    public void up(Session session) {
      events.add("up");
    }

    @Override
    public void down(Session session, DisconnectReason reason, String detail) {
      events.add("down " + detail);
    }

    @Override
    public void rejected(Session session, RejectReason reason, String detail) {
      events.add("rejected " + detail);
    }

    @Override
    public void quiet() {}

    @Override
    public void heartbeatMissed() {}

    /** {@return a link of which only the closing is of interest} */
    Link link() {
      return as(
          Link.class,
          (self, method, arguments) -> {
            closed |= method.getName().equals("close");
            return method.getReturnType() == boolean.class ? false : null;
          });
    }
  }

  private static <T> T as(Class<T> type, InvocationHandler handler) {
    Class<?>[] types = {type};
    InvocationHandler withDefaults =
        (self, method, arguments) ->
            method.isDefault()
                ? InvocationHandler.invokeDefault(self, method, arguments)
                : handler.invoke(self, method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), types, withDefaults));
  }

  private static SessionConfig config(SpRole role, boolean atLeastOnce) {
    Options options =
        Options.builder()
            .maxMessageBytes(4096)
            .assurance(atLeastOnce ? Assurance.AT_LEAST_ONCE : Assurance.AT_MOST_ONCE)
            .build();
    return SessionConfig.of(role, new PortContext("fuzzed", options, new PortMetrics(), 7));
  }

  private static byte[] conversation(
      SpRole peer, Dialect dialect, boolean atLeastOnce, SplittableRandom random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(8).putLong(Hello.encode(peer, dialect)).array());
    if (dialect == Dialect.V1) {
      Open open = new Open(1, atLeastOnce ? Open.AT_LEAST_ONCE : 0, 4096, 9, 10, 0);
      out.writeBytes(Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open.encode()));
    }
    int opening = out.size();
    int frames = random.nextInt(1, 8);
    for (int i = 0; i < frames; i++) {
      byte[] body = new byte[random.nextInt(3) == 0 ? random.nextInt(200) : random.nextInt(20)];
      random.nextBytes(body);
      int type = dialect == Dialect.V0 ? 0 : TYPES[random.nextInt(TYPES.length)];
      int length = random.nextInt(20) == 0 ? random.nextInt(6000) : body.length;
      out.writeBytes(ByteBuffer.allocate(8).putLong(FrameType.word(type, length)).array());
      out.writeBytes(body);
    }
    byte[] all = out.toByteArray();
    if (random.nextInt(4) == 0) {
      all[random.nextInt(opening, all.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(SpRole.class)
  void garbageNeverBreaksASession(SpRole role) {
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Dialect dialect = random.nextBoolean() ? Dialect.V1 : Dialect.V0;
      boolean pushes = role == SpRole.PUSH || role == SpRole.PULL;
      boolean atLeastOnce = pushes && dialect == Dialect.V1 && random.nextBoolean();
      byte[] all = conversation(role.peer(), dialect, atLeastOnce, random);
      try {
        converse(role, atLeastOnce, all, random);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + " breaks a " + role, e);
      }
    }
  }

  private static void converse(
      SpRole role, boolean atLeastOnce, byte[] all, SplittableRandom random) {
    Around around = new Around(role);
    Session session =
        new Session(
            config(role, atLeastOnce),
            around,
            null,
            Endpoint.of("raw://127.0.0.1:1"),
            "127.0.0.1:2",
            around.link());
    session.start(0);
    for (int at = 0; at < all.length && !around.closed; ) {
      int step = Math.min(all.length - at, random.nextInt(1, 100));
      ByteBuffer piece = ByteBuffer.wrap(all, at, step);
      while (!session.received(piece, at)) {
        session.resumed(at);
      }
      at += step;
    }
    assertThat(session.isUp()).isNotEqualTo(around.closed);
    session.ended(DisconnectReason.CLOSED_BY_PEER, "the end");
    assertThat(around.events).hasSize(2).first().isEqualTo("up");
    assertThat(around.events.get(1)).startsWith("down ");
  }
}
