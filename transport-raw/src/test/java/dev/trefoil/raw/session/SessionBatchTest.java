package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PullPort;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener is told around a read that does not end well. */
final class SessionBatchTest {
  private final List<String> calls = new ArrayList<>();

  /** A puller's port, whose listener notes its calls and fails at a message of that many bytes. */
  private final class Around implements SessionOwner {
    private final int failing;

    Around(int failing) {
      this.failing = failing;
    }

    @Override
    public Side side(Session session, Dialect dialect) {
      PullPort.Listener listener =
          as(
              PullPort.Listener.class,
              (self, method, arguments) -> {
                if (method.getName().equals("message")) {
                  int size = ((byte[]) arguments[arguments.length - 1]).length;
                  calls.add("message " + size);
                  if (size == failing) {
                    throw new IllegalStateException("a listener that fails");
                  }
                  return true;
                }
                calls.add(method.getName());
                return null;
              });
      return new PullerSide(session, dialect, listener);
    }

    @Override
    public void up(Session session) {}

    @Override
    public void down(Session session, DisconnectReason reason, String detail) {}

    @Override
    public void rejected(Session session, RejectReason reason, String detail) {}

    @Override
    public void quiet() {}

    @Override
    public void heartbeatMissed() {}
  }

  static <T> T as(Class<T> type, InvocationHandler handler) {
    Class<?>[] types = {type};
    InvocationHandler withDefaults =
        (self, method, arguments) ->
            method.isDefault()
                ? InvocationHandler.invokeDefault(self, method, arguments)
                : handler.invoke(self, method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), types, withDefaults));
  }

  private Session session(int failing) {
    Link link =
        as(
            Link.class,
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                calls.add("close");
              }
              return method.getReturnType() == boolean.class ? false : null;
            });
    PortContext context = new PortContext("p", Options.defaults(), new PortMetrics(), 7);
    return new Session(
        SessionConfig.of(SpRole.PULL, context),
        new Around(failing),
        null,
        Endpoint.of("raw://127.0.0.1:1"),
        "127.0.0.1:2",
        link);
  }

  private static ByteBuffer hello(Dialect dialect) {
    return ByteBuffer.allocate(1_000).putLong(Hello.encode(SpRole.PUSH, dialect));
  }

  private static byte[] message(int size) {
    return Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, new byte[size]);
  }

  @Test
  void theBatchIsEndedAlsoAfterAListenerFailed() {
    Session session = session(2);
    session.start(0);
    ByteBuffer in = hello(Dialect.V0).put(message(1)).put(message(2)).put(message(3)).flip();

    assertThatThrownBy(() -> session.received(in, 0)).hasMessage("a listener that fails");

    assertThat(calls).containsExactly("message 1", "message 2", "batchEnd");
  }

  @Test
  void whoIsTurnedAwayIsNotListenedTo() {
    Session session = session(-1);
    session.start(0);
    Open open = new Open(1, Open.AT_LEAST_ONCE, 4096, 9, 10, 0); // this side does without
    byte[] opening = Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open.encode());
    ByteBuffer in = hello(Dialect.V1).put(opening).put(message(1)).put(message(2)).flip();

    session.received(in, 0);

    assertThat(calls).containsExactly("close");
  }
}
