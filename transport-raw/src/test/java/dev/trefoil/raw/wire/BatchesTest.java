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
      String fields = type == FrameType.PUSH ? wide + "/" + narrow : "";
      frames.add(type + " " + fields + " " + Arrays.hashCode(body) + " " + body.length);
      return goOn;
    }

    @Override
    public int batchLimit(int type) {
      return type == FrameType.DATA || type == FrameType.PUSH ? limit : 1;
    }

    @Override
    public boolean messages(int type, Batch batch) {
      long sum = 0;
      boolean push = type == FrameType.PUSH;
      for (int i = 0; i < batch.count(); i++) {
        byte[] body = (byte[]) batch.bodies()[i];
        sum += body.length;
        long number = push ? batch.numbers()[i] : 0;
        frame(type, number, push ? batch.attempts()[i] : 0, Frames.EMPTY, body);
      }
      assertThat(batch.bytes()).isEqualTo(sum);
      assertThat(batch.count()).isBetween(2, limit);
      batches.add(batch.count());
      return goOn;
    }
  }

  private static byte[] data(int size, int seed) {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) seed);
    return Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body);
  }

  private static byte[] push(int size, int seed) {
    byte[] body = new byte[size];
    Arrays.fill(body, (byte) seed);
    return Frames.encode(FrameType.PUSH, 1_000L - seed, seed, Frames.EMPTY, body);
  }

  private static byte[] pushesAndOthers() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(push(5, 1));
    out.writeBytes(push(0, 2));
    out.writeBytes(Frames.encode(FrameType.SKIP, 0, 0, Frames.EMPTY, Frames.EMPTY));
    out.writeBytes(push(3, 3));
    out.writeBytes(push(1, 4));
    out.writeBytes(data(2, 5));
    out.writeBytes(data(0, 0));
    out.writeBytes(push(2, 6));
    return out.toByteArray();
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
    cutInThree(dialect, sixMessages(dialect));
  }

  @Test
  void soDoesWhatIsPushedAmongOtherFrames() throws Exception {
    cutInThree(Dialect.V1, pushesAndOthers());
  }

  private static void cutInThree(Dialect dialect, byte[] stream) throws ProtocolException {
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
        byte[] body = new byte[random.nextInt(40)];
        byte[] push = Frames.encode(FrameType.PUSH, i, i + 1, Frames.EMPTY, body);
        boolean other = dialect == Dialect.V1 && random.nextInt(3) == 0;
        out.writeBytes(other ? push : data(body.length, i));
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
  void whatIsPushedBeforeALengthOverTheLimitIsHandedOn() throws Exception {
    byte[] largest = push(MAX, 4);
    byte[] stream =
        ByteBuffer.allocate(4 * largest.length)
            .put(push(1, 1))
            .put(push(1, 2))
            .put(push(1, 3))
            .put(largest)
            .putLong(FrameType.word(FrameType.PUSH, 12 + MAX + 1))
            .array();
    Notes notes = new Notes(256);
    assertThatThrownBy(() -> new Framer(Dialect.V1, MAX).feed(ByteBuffer.wrap(stream), notes))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> assertThat(e.reason()).isEqualTo(DisconnectReason.TOO_LARGE));
    assertThat(notes.batches).containsExactly(3);
    assertThat(notes.frames).hasSize(4).last().asString().endsWith(" " + MAX);
  }

  /** It is refused alone, behind what came before it. */
  @Test
  void anAttemptThatMakesNoSenseIsInNoBatch() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int attempt : new int[] {1, 2, 0, 3, 4, 5, -1, 6}) {
      out.writeBytes(Frames.encode(FrameType.PUSH, 9, attempt, Frames.EMPTY, Frames.EMPTY));
    }
    Notes notes = new Notes(256);
    assertThat(new Framer(Dialect.V1, MAX).feed(ByteBuffer.wrap(out.toByteArray()), notes))
        .isTrue();
    assertThat(notes.frames).isEqualTo(oneByOne(Dialect.V1, out.toByteArray()));
    assertThat(notes.batches).as("the framer takes what follows one by one").containsExactly(2);
  }

  /** The array is the handler's: an idle connection does not hold it. */
  @Test
  void whatWasHandedOnIsLetGo() throws Exception {
    Batch[] seen = new Batch[1];
    Framer.Handler keeping =
        new Framer.Handler() {
          @Override
          public boolean frame(int type, long wide, int narrow, byte[] head, byte[] body) {
            return true;
          }

          @Override
          public int batchLimit(int type) {
            return 256;
          }

          @Override
          public boolean messages(int type, Batch batch) {
            seen[0] = batch;
            assertThat(batch.bodies()[1]).isNotNull();
            return true;
          }
        };
    byte[] stream = ByteBuffer.allocate(2 * 21).put(push(1, 1)).put(push(1, 2)).array();
    new Framer(Dialect.V1, MAX).feed(ByteBuffer.wrap(stream), keeping);
    assertThat(seen[0].bodies()).isEmpty();
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

  @Test
  void soIsOneOfWhatIsPushed() throws Exception {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    ByteArrayOutputStream large = new ByteArrayOutputStream();
    for (int i = 0; i < 10; i++) {
      small.writeBytes(push(0, i + 1));
      large.writeBytes(push(30_000, i + 1));
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
