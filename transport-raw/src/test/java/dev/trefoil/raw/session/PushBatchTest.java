package dev.trefoil.raw.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.Assurance;
import dev.trefoil.DisconnectReason;
import dev.trefoil.Endpoint;
import dev.trefoil.Options;
import dev.trefoil.Peer;
import dev.trefoil.RejectReason;
import dev.trefoil.raw.wire.Dialect;
import dev.trefoil.raw.wire.FrameQueue;
import dev.trefoil.raw.wire.FrameType;
import dev.trefoil.raw.wire.Framer;
import dev.trefoil.raw.wire.Frames;
import dev.trefoil.raw.wire.Hello;
import dev.trefoil.raw.wire.Open;
import dev.trefoil.raw.wire.ProtocolException;
import dev.trefoil.raw.wire.SpRole;
import dev.trefoil.spi.Failure;
import dev.trefoil.spi.PortContext;
import dev.trefoil.spi.PortMetrics;
import dev.trefoil.spi.PullPort;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a puller's listener is told of messages that are to be acknowledged and come together. */
final class PushBatchTest {
  private final List<String> calls = new ArrayList<>();
  private final List<String> closed = new ArrayList<>();
  private final List<Boolean> toldAtOnce = new ArrayList<>();
  private int limit = 256;
  private boolean goesOn = true;
  private boolean fails;
  private int ends;
  private boolean opened;
  private Runnable whenCalled = () -> {};
  private final Session session = session();

  private Session session() {
    SessionOwner owner =
        SessionBatchTest.as(
            SessionOwner.class,
            (self, method, arguments) ->
                method.getName().equals("side")
                    ? new PullerSide((Session) arguments[0], (Dialect) arguments[1], new Together())
                    : null);
    Link link =
        SessionBatchTest.as(
            Link.class,
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                closed.add(arguments[0] + ": " + arguments[1]);
              }
              if (method.getName().equals("gathered")) {
                toldAtOnce.add((Boolean) arguments[0]);
              }
              return method.getReturnType() == boolean.class ? false : null;
            });
    Options options = Options.builder().assurance(Assurance.AT_LEAST_ONCE).build();
    PortContext context = new PortContext("p", options, new PortMetrics(), 7);
    return new Session(
        SessionConfig.of(SpRole.PULL, context),
        owner,
        null,
        Endpoint.of("raw://127.0.0.1:1"),
        "127.0.0.1:2",
        link);
  }

  /** Notes what comes, and takes several at once. */
  private final class Together implements PullPort.Listener {
    @Override
    public boolean message(PullPort.Source from, byte[] body) {
      throw new AssertionError("one that wants no acknowledgement");
    }

    @Override
    public boolean message(
        PullPort.Source from, long sequence, long number, int attempt, byte[] body) {
      calls.add(sequence + ": " + number + "/" + attempt);
      whenCalled.run();
      return goesOn;
    }

    @Override
    public int batchLimit() {
      return limit;
    }

    @Override
    public boolean messages(
        PullPort.Source from,
        long first,
        long[] numbers,
        int[] attempts,
        Object[] bodies,
        int count,
        long bytes) {
      for (int i = 0; i < count; i++) {
        int size = ((byte[]) bodies[i]).length;
        calls.add((first + i) + ": " + numbers[i] + "/" + attempts[i] + " of " + size);
      }
      whenCalled.run();
      if (fails) {
        throw new IllegalStateException("a listener that fails");
      }
      return goesOn;
    }

    @Override
    public void batchEnd() {
      ends++;
    }

    @Override
    public void peerUp(Peer peer) {}

    @Override
    public void peerDown(Peer peer, DisconnectReason reason, String detail) {}

    @Override
    public void rejected(Endpoint endpoint, String address, RejectReason reason, String detail) {}

    @Override
    public void connectFailed(Endpoint endpoint, String why) {}
  }

  @BeforeEach
  void open() {
    session.start(0);
    Open open = new Open(1, Open.AT_LEAST_ONCE, 4096, 9, 10, 0);
    receive(
        ByteBuffer.allocate(8).putLong(Hello.encode(SpRole.PUSH, Dialect.V1)).array(),
        Frames.encode(FrameType.OPEN, 0, 0, Frames.EMPTY, open.encode()));
  }

  private ByteBuffer receive(byte[]... frames) {
    ByteBuffer in = ByteBuffer.allocate(10_000);
    for (byte[] frame : frames) {
      in.put(frame);
    }
    session.received(in.flip(), 0);
    return in;
  }

  private static byte[] push(long number, int attempt, int size) {
    return Frames.encode(FrameType.PUSH, number, attempt, Frames.EMPTY, new byte[size]);
  }

  private static byte[] empty(int type) {
    return Frames.encode(type, 0, 0, Frames.EMPTY, Frames.EMPTY);
  }

  /** What it has to say to the pusher since it was asked last. */
  private List<String> said() throws ProtocolException {
    FrameQueue queue = session.outlet().queue();
    session.outlet().lock();
    try {
      session.beforeFill();
      ByteBuffer out = ByteBuffer.allocate(10_000);
      queue.fill(out);
      out.flip();
      queue.written(out.limit());
      if (!opened) {
        opened = true;
        out.position(Hello.BYTES);
      }
      List<String> frames = new ArrayList<>();
      new Framer(Dialect.V1, 4096)
          .feed(
              out,
              (type, wide, narrow, head, body) -> {
                if (type == FrameType.ACK) {
                  ByteBuffer ranges = ByteBuffer.wrap(body);
                  while (ranges.hasRemaining()) {
                    frames.add("done " + ranges.getLong() + " to " + ranges.getLong());
                  }
                } else if (type == FrameType.NACK) {
                  frames.add("not done " + ByteBuffer.wrap(body).getLong());
                } else if (type != FrameType.OPEN) {
                  frames.add(FrameType.name(type));
                }
                return true;
              });
      return frames;
    } finally {
      session.outlet().unlock();
    }
  }

  @Test
  void eachHasTheNextSequenceWhetherItComesAloneOrNot() {
    receive(push(70, 1, 1), push(72, 2, 0), push(71, 1, 2));
    receive(push(80, 4, 1));
    receive(push(90, 1, 1), push(91, Integer.MAX_VALUE, 2));

    assertThat(calls)
        .containsExactly(
            "1: 70/1 of 1",
            "2: 72/2 of 0",
            "3: 71/1 of 2",
            "4: 80/4",
            "5: 90/1 of 1",
            "6: 91/2147483647 of 2");
    assertThat(closed).isEmpty();
  }

  /** The arrays of one batch serve for the next. */
  @Test
  void aBatchHasNothingOfALargerOrSmallerOneBeforeIt() {
    receive(push(1, 2, 0), push(2, 3, 0));
    receive(push(3, 4, 1), push(4, 5, 1), push(5, 6, 1), push(6, 7, 1), push(7, 8, 1));
    receive(push(8, 9, 2), push(9, 1, 2));

    assertThat(calls)
        .containsExactly(
            "1: 1/2 of 0",
            "2: 2/3 of 0",
            "3: 3/4 of 1",
            "4: 4/5 of 1",
            "5: 5/6 of 1",
            "6: 6/7 of 1",
            "7: 7/8 of 1",
            "8: 8/9 of 2",
            "9: 9/1 of 2");
  }

  @Test
  void whatComesBeforeAnAttemptThatMakesNoSenseIsHandedOn() {
    receive(push(1, 1, 1), push(2, 1, 1), push(3, 0, 1), push(4, 1, 1));

    assertThat(calls).containsExactly("1: 1/1 of 1", "2: 2/1 of 1");
    assertThat(closed).containsExactly("MALFORMED: its PUSH is attempt 0");
    assertThat(ends).isEqualTo(1);
    assertThat(session.isUp()).isFalse();
  }

  @Test
  void anAttemptThatMakesNoSenseIsRefusedWhereverItStands() {
    receive(push(1, -1, 1), push(2, 1, 1), push(3, 1, 1));

    assertThat(calls).isEmpty();
    assertThat(closed).containsExactly("MALFORMED: its PUSH is attempt -1");
  }

  @Test
  void theSecondOfTwoIsRefusedTooIfItsAttemptMakesNoSense() {
    receive(push(1, 1, 1), push(2, Integer.MIN_VALUE, 1));

    assertThat(calls).containsExactly("1: 1/1");
    assertThat(closed).containsExactly("MALFORMED: its PUSH is attempt -2147483648");
  }

  @Test
  void whatComesBeforeAPushWithoutItsFieldsIsHandedOn() {
    byte[] cut = ByteBuffer.allocate(19).putLong(FrameType.word(FrameType.PUSH, 11)).array();
    receive(push(1, 1, 1), push(2, 1, 1), cut);

    assertThat(calls).containsExactly("1: 1/1 of 1", "2: 2/1 of 1");
    assertThat(closed).hasSize(1).first().asString().startsWith("MALFORMED");
  }

  @Test
  void whatComesBeforeAMessageThatIsNotToBeAcknowledgedIsHandedOn() {
    byte[] data = Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, new byte[1]);
    receive(push(1, 1, 1), push(2, 1, 1), data, data, push(3, 1, 1));

    assertThat(calls).containsExactly("1: 1/1 of 1", "2: 2/1 of 1");
    assertThat(closed).hasSize(1).first().asString().startsWith("MALFORMED");
  }

  @Test
  void otherFramesBetweenThemAreTakenInTheirTurn() throws Exception {
    receive(
        push(1, 1, 1),
        push(2, 1, 1),
        empty(FrameType.SKIP),
        push(4, 1, 1),
        push(5, 1, 1),
        empty(FrameType.PING),
        empty(FrameType.SKIP),
        empty(FrameType.SKIP),
        push(8, 1, 1),
        push(9, 1, 1));

    assertThat(calls)
        .as("one that was skipped has a sequence, too")
        .containsExactly(
            "1: 1/1 of 1",
            "2: 2/1 of 1",
            "4: 4/1 of 1",
            "5: 5/1 of 1",
            "8: 8/1 of 1",
            "9: 9/1 of 1");
    assertThat(said())
        .containsExactly("not done 3", "frame of type 03", "not done 6", "not done 7");
    assertThat(closed).isEmpty();
  }

  @Test
  void whatIsDoneWhileABatchIsHandedOnIsToldBehindIt() throws Exception {
    whenCalled =
        () -> {
          toldAtOnce.clear();
          PullerSide side = (PullerSide) session.side();
          side.acknowledge(2);
          side.refuse(3, Failure.HANDLER, "no disk");
          side.acknowledge(1);
          side.acknowledge(4);
          assertThat(toldAtOnce).as("more may come").containsOnly(false);
        };
    receive(push(1, 1, 1), push(2, 1, 1), push(3, 1, 1), push(4, 1, 1));

    assertThat(calls).hasSize(4);
    assertThat(said())
        .containsExactlyInAnyOrder("not done 3", "done 2 to 2", "done 1 to 1", "done 4 to 4");
  }

  @Test
  void whoPausesHasTheBatchAndTheRestIsDue() {
    limit = 2;
    goesOn = false;
    ByteBuffer in = receive(push(1, 1, 1), push(2, 1, 1), push(3, 1, 1), push(4, 1, 1));

    assertThat(calls).containsExactly("1: 1/1 of 1", "2: 2/1 of 1");
    assertThat(in.remaining()).isEqualTo(2 * push(3, 1, 1).length);
    assertThat(ends).isEqualTo(1);

    goesOn = true;
    session.resumed(0);
    assertThat(session.received(in, 0)).isTrue();
    assertThat(calls).hasSize(4).last().isEqualTo("4: 4/1 of 1");
  }

  /** As a queue does that is nearly full: its limit is asked for before each batch. */
  @Test
  void whoWantsNoMoreBatchesGetsOneAtATime() {
    whenCalled = () -> limit = 1;
    limit = 3;
    receive(push(1, 1, 0), push(2, 1, 0), push(3, 1, 0), push(4, 1, 0), push(5, 1, 0));

    assertThat(calls)
        .containsExactly("1: 1/1 of 0", "2: 2/1 of 0", "3: 3/1 of 0", "4: 4/1", "5: 5/1");
  }

  @Test
  void nothingIsHandedOnOnceTheListenerHasEndedTheConnection() {
    limit = 2;
    whenCalled = () -> session.ended(DisconnectReason.LOCAL, "the role is closed");
    receive(push(1, 1, 1), push(2, 1, 1), push(3, 1, 1), push(4, 1, 1), push(5, 1, 1));

    assertThat(calls).containsExactly("1: 1/1 of 1", "2: 2/1 of 1");
  }

  @Test
  void theBatchIsEndedAlsoAfterAListenerFailed() {
    fails = true;

    assertThatThrownBy(() -> receive(push(1, 1, 1), push(2, 1, 1)))
        .hasMessage("a listener that fails");

    assertThat(ends).isEqualTo(1);
  }
}
