package dev.trefoil.raw.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.DisconnectReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large bodies: read straight into their arrays, within a budget for what has not come yet. */
final class RoomTest {
  private static final int MAX = 16 << 20;
  private static final int BUDGET = 64 << 20;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final AheadBudget budget = new AheadBudget(BUDGET);
  private final List<byte[]> bodies = new ArrayList<>();

  private boolean note(int type, long wide, int narrow, byte[] head, byte[] body) {
    if (head.length > 0) {
      bodies.add(head);
    }
    bodies.add(body);
    return true;
  }

  private static byte[] body(int size, int seed) {
    byte[] body = new byte[size];
    for (int i = 0; i < size; i++) {
      body[i] = (byte) (seed + i);
    }
    return body;
  }

  private static byte[] announced(long length, int come) {
    return ByteBuffer.allocate(Long.BYTES + come).putLong(length).array();
  }

  private Framer begun(long length, int come) throws ProtocolException {
    Framer framer = new Framer(Dialect.V0, Math.max(MAX, length), budget);
    framer.feed(ByteBuffer.wrap(announced(length, come)), this::note);
    return framer;
  }

  @Test
  void aLargeBodyIsReadIntoTheArrayThatTheHandlerGets() throws Exception {
    Framer framer = begun(1 << 20, 1000);
    ByteBuffer room = framer.room(1);
    assertThat(room).isNotNull();
    assertThat(room.remaining()).isEqualTo((1 << 20) - 1000);
    assertThat(room.arrayOffset()).isZero();
    room.put(body(room.remaining(), 5));
    assertThat(framer.feed(NOTHING, this::note)).isTrue();
    assertThat(bodies).hasSize(1);
    assertThat(bodies.get(0)).isSameAs(room.array());
    assertThat(framer.atBoundary()).isTrue();
    assertThat(framer.room(1)).isNull();
  }

  @Test
  void thereIsNoRoomBetweenMessagesNorForLessThanIsAskedFor() throws Exception {
    Framer framer = new Framer(Dialect.V0, MAX, budget);
    assertThat(framer.room(1)).isNull();
    framer.feed(ByteBuffer.wrap(announced(1 << 20, 1000)), this::note);
    assertThat(framer.room((1 << 20) - 999)).isNull();
    assertThat(framer.room((1 << 20) - 1000)).isNotNull();
  }

  private static byte[] threeMessages(Dialect dialect) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (dialect == Dialect.V0) {
      out.writeBytes(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body(5, 1)));
      out.writeBytes(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body(23, 7)));
    } else {
      out.writeBytes(Frames.encode(FrameType.PUSH, 77, 3, Frames.EMPTY, body(5, 1)));
      out.writeBytes(Frames.encode(FrameType.PUBLISH, 0, 4, body(4, 40), body(6, 2)));
    }
    out.writeBytes(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body(17, 9)));
    return out.toByteArray();
  }

  /** Feeds a piece, and reads what there is room for straight. */
  private void read(Framer framer, ByteBuffer piece, SplittableRandom random)
      throws ProtocolException {
    ByteBuffer room = random.nextInt(4) == 0 ? null : framer.room(1);
    if (room != null) {
      int step = Math.min(room.remaining(), piece.remaining());
      room.put(piece.duplicate().limit(piece.position() + step));
      piece.position(piece.position() + step);
    }
    framer.feed(random.nextBoolean() ? piece : ByteBuffer.allocate(0), this::note);
    framer.feed(piece, this::note);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void threeMessagesArriveHoweverTheyAreCutAndReadStraight(Dialect dialect) throws Exception {
    byte[] stream = threeMessages(dialect);
    new Framer(dialect, MAX, budget).feed(ByteBuffer.wrap(stream), this::note);
    List<byte[]> expected = List.copyOf(bodies);
    SplittableRandom random = new SplittableRandom(1);
    for (int a = 0; a <= stream.length; a++) {
      for (int b = a; b <= stream.length; b++) {
        bodies.clear();
        Framer framer = new Framer(dialect, MAX, budget);
        for (int[] cut : new int[][] {{0, a}, {a, b}, {b, stream.length}}) {
          read(framer, ByteBuffer.wrap(stream, cut[0], cut[1] - cut[0]), random);
        }
        assertThat(bodies).as("cut at %s and %s", a, b).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
          assertThat(bodies.get(i)).as("cut at %s and %s", a, b).isEqualTo(expected.get(i));
        }
      }
    }
  }

  @Test
  void largeMessagesArriveThroughRandomCutsWhetherOrNotTheBudgetLasts() throws Exception {
    for (long seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      AheadBudget small = new AheadBudget(random.nextInt(1 << 20));
      long all = small.left();
      byte[] sent = body(random.nextInt(1, 700_000), (int) seed);
      ByteBuffer stream = ByteBuffer.wrap(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, sent));
      Framer framer = new Framer(Dialect.V1, MAX, small);
      bodies.clear();
      while (stream.hasRemaining()) {
        int step = Math.min(stream.remaining(), random.nextInt(1, 100_000));
        read(framer, stream.slice(stream.position(), step), random);
        stream.position(stream.position() + step);
      }
      assertThat(bodies).as("seed %s", seed).hasSize(1);
      assertThat(Arrays.equals(bodies.get(0), sent)).as("seed %s", seed).isTrue();
      assertThat(small.left()).isEqualTo(all);
    }
  }

  @Test
  void aThousandThatBeginLargeMessagesGetNoMoreThanTheBudget() throws Exception {
    long allocated = 0;
    List<Framer> framers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Framer framer = begun(MAX, 1);
      framers.add(framer);
      ByteBuffer room = framer.room(1);
      assertThat(room).isNotNull();
      allocated += room.arrayOffset() + room.limit(); // to the end of its array
    }
    assertThat(budget.left()).isZero();
    assertThat(allocated).isLessThanOrEqualTo(BUDGET + 1000L * 64 * 1024);
    framers.forEach(Framer::release);
    assertThat(budget.left()).isEqualTo(BUDGET);
  }

  @Test
  void theBudgetIsGivenBackOnceWhenABodyIsComplete() throws Exception {
    Framer framer = begun(1 << 20, 1);
    assertThat(budget.left()).isEqualTo(BUDGET - (1 << 20));
    framer.feed(ByteBuffer.allocate((1 << 20) - 1), this::note);
    assertThat(bodies).hasSize(1);
    assertThat(budget.left()).isEqualTo(BUDGET);
    framer.release();
    assertThat(budget.left()).isEqualTo(BUDGET);
  }

  @Test
  void wordsAloneAndSmallMessagesTakeNothingOfTheBudget() throws Exception {
    begun(MAX, 0);
    begun(64 * 1024, 1);
    assertThat(budget.left()).isEqualTo(BUDGET);
  }

  @Test
  void aBodyThatTheHeapCannotHoldIsRefusedAndGivesTheBudgetBack() throws Exception {
    AheadBudget vast = new AheadBudget(Long.MAX_VALUE);
    Framer framer = new Framer(Dialect.V0, Integer.MAX_VALUE, vast);
    ByteBuffer in = ByteBuffer.wrap(announced(Integer.MAX_VALUE, 1));
    assertThatThrownBy(() -> framer.feed(in, this::note))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(DisconnectReason.IO_ERROR);
              assertThat(e.detail()).contains("no memory");
            });
    framer.release();
    assertThat(vast.left()).isEqualTo(Long.MAX_VALUE);
  }
}
