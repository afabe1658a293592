package dev.trefoil.raw.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several messages at once are the same as one after the other. */
final class BatchesTest {
  private static final int MAX = 100_000;

  /** Notes bodies, and how many came together. */
  private static final class Notes implements Framer.Handler {
    private final int limit;
    final List<String> frames = new ArrayList<>();
    final List<Integer> batches = new ArrayList<>();
    boolean goOn = true;

    Notes(int limit) {
      this.limit = limit;
    }

    @Override
    public boolean frame(int type, long wide, int narrow, byte[] head, byte[] body) {
      long number = type == FrameType.PUSH ? wide : 0;
      frames.add(type + " " + number + " " + Arrays.hashCode(body) + " " + body.length);
      return goOn;
    }

    @Override
    public int batchLimit() {
      return limit;
    }

    @Override
    public boolean messages(Object[] bodies, int count, long bytes) {
      long sum = 0;
      for (int i = 0; i < count; i++) {
        byte[] body = (byte[]) bodies[i];
        sum += body.length;
        frame(FrameType.DATA, 0, 0, Frames.EMPTY, body);
      }
      assertThat(bytes).isEqualTo(sum);
      assertThat(count).isBetween(2, limit);
      batches.add(count);
      return goOn;
    }
  }

  private static byte[] data(int size, int seed) {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) seed);
    return Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body);
  }

  private static byte[] sixMessages(Dialect dialect) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(data(5, 1));
    out.writeBytes(data(0, 0));
    out.writeBytes(data(9, 2));
    if (dialect == Dialect.V1) {
      out.writeBytes(Frames.encode(FrameType.PING, 0, 0, Frames.EMPTY, Frames.EMPTY));
    }
    out.writeBytes(data(1, 3));
    out.writeBytes(data(2, 4));
    return out.toByteArray();
  }

  private static List<String> oneByOne(Dialect dialect, byte[] stream) throws ProtocolException {
    Notes notes = new Notes(1);
    assertThat(new Framer(dialect, MAX).feed(ByteBuffer.wrap(stream), notes)).isTrue();
    assertThat(notes.batches).isEmpty();
    return notes.frames;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void theSameArrivesHoweverTheStreamIsCutInThree(Dialect dialect) throws Exception {
    byte[] stream = sixMessages(dialect);
    List<String> expected = oneByOne(dialect, stream);
    for (int a = 0; a <= stream.length; a++) {
      for (int b = a; b <= stream.length; b++) {
        Framer framer = new Framer(dialect, MAX);
        Notes notes = new Notes(256);
        framer.feed(ByteBuffer.wrap(stream, 0, a), notes);
        framer.feed(ByteBuffer.wrap(stream, a, b - a), notes);
        framer.feed(ByteBuffer.wrap(stream, b, stream.length - b), notes);
        assertThat(notes.frames).as("cut at %s and %s", a, b).isEqualTo(expected);
        assertThat(framer.atBoundary()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void theSameArrivesThroughRandomCutsAndPauses(Dialect dialect) throws Exception {
    for (long seed = 0; seed < 5_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = random.nextInt(1, 30); i > 0; i--) {
        byte[] lone = Frames.encode(FrameType.PUSH, i, 1, Frames.EMPTY, new byte[3]);
        boolean other = dialect == Dialect.V1 && random.nextInt(8) == 0;
        out.writeBytes(other ? lone : data(random.nextInt(40), i));
      }
      byte[] stream = out.toByteArray();
      Framer framer = new Framer(dialect, MAX);
      Notes notes = new Notes(random.nextInt(1, 9));
      for (int at = 0; at < stream.length; ) {
        int step = Math.min(stream.length - at, random.nextInt(1, 200));
        ByteBuffer in = ByteBuffer.wrap(stream, at, step);
        notes.goOn = random.nextInt(3) > 0;
        boolean wentOn = framer.feed(in, notes);
        assertThat(wentOn || !notes.goOn).isTrue();
        at = in.position();
      }
      assertThat(notes.frames).as("seed %s", seed).isEqualTo(oneByOne(dialect, stream));
    }
  }

  @Test
  void whoStopsLeavesTheRestUnread() throws Exception {
    byte[] stream = sixMessages(Dialect.V0);
    Framer framer = new Framer(Dialect.V0, MAX);
    Notes notes = new Notes(2);
    notes.goOn = false;
    ByteBuffer in = ByteBuffer.wrap(stream);
    assertThat(framer.feed(in, notes)).isFalse();
    assertThat(notes.batches).containsExactly(2);
    assertThat(in.position()).isEqualTo(8 + 5 + 8);
  }

  @Test
  void whatComesBeforeALengthOverTheLimitIsHandedOn() {
    byte[] stream =
        ByteBuffer.allocate(3 * 9 + 8)
            .put(data(1, 1))
            .put(data(1, 2))
            .put(data(1, 3))
            .putLong(MAX + 1)
            .array();
    for (Dialect dialect : Dialect.values()) {
      Notes notes = new Notes(256);
      assertThatThrownBy(() -> new Framer(dialect, MAX).feed(ByteBuffer.wrap(stream), notes))
          .isInstanceOf(ProtocolException.class);
      assertThat(notes.batches).containsExactly(3);
    }
  }

  @Test
  void aBatchIsBoundedByMessagesAndBytes() throws Exception {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    ByteArrayOutputStream large = new ByteArrayOutputStream();
    for (int i = 0; i < 10; i++) {
      small.writeBytes(data(1, i));
      large.writeBytes(data(30_000, i));
    }
    Notes few = new Notes(4);
    new Framer(Dialect.V1, MAX).feed(ByteBuffer.wrap(small.toByteArray()), few);
    assertThat(few.batches).containsExactly(4, 4, 2);
    Notes heavy = new Notes(256);
    new Framer(Dialect.V1, MAX).feed(ByteBuffer.wrap(large.toByteArray()), heavy);
    assertThat(heavy.batches).containsExactly(3, 3, 3);
    assertThat(heavy.frames).hasSize(10);
  }
}
