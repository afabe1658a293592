package dev.trefoil.raw.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trefoil.DisconnectReason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FramerTest {
  private static final int MAX = 4096;

  /** Notes frames as text. */
  private static final class Notes implements Framer.Handler {
    final List<String> frames = new ArrayList<>();
    boolean goOn = true;

    @Override
    public boolean frame(int type, long wide, int narrow, byte[] head, byte[] body) {
      StringBuilder note = new StringBuilder(Integer.toHexString(type));
      if (FrameType.fieldBytes(type) >= 8) {
        note.append(" w").append(wide);
      }
      if (FrameType.fieldBytes(type) % 8 == 4) {
        note.append(" n").append(narrow);
      }
      HexFormat hex = HexFormat.of();
      frames.add(note + " " + hex.formatHex(head) + " " + hex.formatHex(body));
      return goOn;
    }
  }

  private static byte[] body(int size, int seed) {
    byte[] body = new byte[size];
    for (int i = 0; i < size; i++) {
      body[i] = (byte) (seed + i);
    }
    return body;
  }

  private static byte[] threeMessages(Dialect dialect) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (dialect == Dialect.V0) {
      out.writeBytes(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body(5, 1)));
      out.writeBytes(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, Frames.EMPTY));
      out.writeBytes(Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body(17, 9)));
    } else {
      out.writeBytes(Frames.encode(FrameType.PUSH, 77, 3, Frames.EMPTY, body(5, 1)));
      out.writeBytes(Frames.encode(FrameType.PUBLISH, 0, 4, body(4, 40), body(6, 2)));
      out.writeBytes(Frames.encode(FrameType.REQUEST, -2, 0, Frames.EMPTY, body(17, 9)));
    }
    return out.toByteArray();
  }

  private static List<String> whole(Dialect dialect, byte[] stream) throws ProtocolException {
    Notes notes = new Notes();
    assertThat(new Framer(dialect, MAX).feed(ByteBuffer.wrap(stream), notes)).isTrue();
    return notes.frames;
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void threeMessagesArriveHoweverTheStreamIsCutInThree(Dialect dialect) throws Exception {
    byte[] stream = threeMessages(dialect);
    List<String> expected = whole(dialect, stream);
    assertThat(expected).hasSize(3);
    for (int a = 0; a <= stream.length; a++) {
      for (int b = a; b <= stream.length; b++) {
        Framer framer = new Framer(dialect, MAX);
        Notes notes = new Notes();
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
  void threeMessagesArriveByteByByte(Dialect dialect) throws Exception {
    byte[] stream = threeMessages(dialect);
    Framer framer = new Framer(dialect, MAX);
    Notes notes = new Notes();
    for (byte octet : stream) {
      framer.feed(ByteBuffer.wrap(new byte[] {octet}), notes);
    }
    assertThat(notes.frames).isEqualTo(whole(dialect, stream));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void randomStreamsArriveThroughRandomCutsAndPauses(Dialect dialect) throws Exception {
    for (long seed = 0; seed < 10_000; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int known = writeRandomFrames(dialect, random, out);
      byte[] stream = out.toByteArray();
      List<String> expected = whole(dialect, stream);
      assertThat(expected).as("frames that are known, seed %s", seed).hasSize(known);
      Framer framer = new Framer(dialect, MAX);
      Notes notes = new Notes();
      ByteBuffer in = ByteBuffer.allocateDirect(stream.length + 1);
      int at = 0;
      while (at < stream.length) {
        int step = Math.min(stream.length - at, random.nextInt(1, 200));
        in.clear().put(stream, at, step).flip();
        at += step;
        do {
          notes.goOn = random.nextInt(4) > 0;
        } while (!framer.feed(in, notes));
        assertThat(in.hasRemaining()).isFalse();
      }
      assertThat(notes.frames).as("seed %s", seed).isEqualTo(expected);
    }
  }

  /** {@return how many of the frames are of types that are known} */
  private static int writeRandomFrames(
      Dialect dialect, SplittableRandom random, ByteArrayOutputStream out) {
    int[] types =
        dialect == Dialect.V0
            ? new int[] {FrameType.DATA}
            : new int[] {
              FrameType.DATA,
              FrameType.PING,
              FrameType.REQUEST,
              FrameType.REPLY,
              FrameType.ERROR,
              FrameType.PUBLISH,
              FrameType.PUSH,
              FrameType.ACK,
              0xFE
            };
    int known = 0;
    int frames = random.nextInt(1, 8);
    for (int i = 0; i < frames; i++) {
      int type = types[random.nextInt(types.length)];
      byte[] body = body(random.nextInt(4) == 0 ? random.nextInt(600) : random.nextInt(30), i);
      byte[] head = type == FrameType.PUBLISH ? body(random.nextInt(9), i) : Frames.EMPTY;
      int narrow = type == FrameType.PUBLISH ? head.length : random.nextInt();
      out.writeBytes(Frames.encode(type, random.nextLong(), narrow, head, body));
      known += FrameType.isKnown(type) ? 1 : 0;
    }
    return known;
  }

  @Test
  void aBodyLargerThanTheFirstPieceGrowsToItsSize() throws Exception {
    byte[] body = body(5 << 20, 3);
    byte[] frame = Frames.encode(FrameType.DATA, 0, 0, Frames.EMPTY, body);
    Framer framer = new Framer(Dialect.V1, 16 << 20);
    List<byte[]> bodies = new ArrayList<>();
    for (int at = 0; at < frame.length; at += 100_000) {
      ByteBuffer in = ByteBuffer.wrap(frame, at, Math.min(100_000, frame.length - at));
      framer.feed(
          in,
          (type, wide, narrow, head, content) -> {
            bodies.add(content);
            return true;
          });
    }
    assertThat(bodies).hasSize(1);
    assertThat(Arrays.equals(bodies.get(0), body)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, 1L << 31, MAX + 1})
  void aLengthOverTheLimitOfV0IsRefusedAtTheWord(long length) {
    ByteBuffer word = ByteBuffer.allocate(8).putLong(length).flip();
    assertThatThrownBy(() -> new Framer(Dialect.V0, MAX).feed(word, new Notes()))
        .isInstanceOfSatisfying(
            ProtocolException.class,
            e -> assertThat(e.reason()).isEqualTo(DisconnectReason.TOO_LARGE));
  }

  @Test
  void theLargestBodyIsTakenAndOneByteMoreIsNot() throws Exception {
    assertThat(whole(Dialect.V0, Frames.encode(0, 0, 0, Frames.EMPTY, body(MAX, 0)))).hasSize(1);
    for (int type : new int[] {FrameType.DATA, FrameType.REQUEST, FrameType.PUSH}) {
      byte[] fits = Frames.encode(type, 0, 0, Frames.EMPTY, body(MAX, 0));
      assertThat(whole(Dialect.V1, fits)).hasSize(1);
      byte[] over = Frames.encode(type, 0, 0, Frames.EMPTY, body(MAX + 1, 0));
      assertThatThrownBy(() -> whole(Dialect.V1, over)).isInstanceOf(ProtocolException.class);
    }
    byte[] topic = body(100, 0);
    assertThat(whole(Dialect.V1, Frames.encode(FrameType.PUBLISH, 0, 100, topic, body(MAX, 0))))
        .hasSize(1);
    byte[] over = Frames.encode(FrameType.PUBLISH, 0, 100, topic, body(MAX + 1, 0));
    assertThatThrownBy(() -> whole(Dialect.V1, over)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void anUnknownFrameIsSkippedIfItsTopBitSaysSoAndRefusedOtherwise() throws Exception {
    byte[] optional = Frames.encode(0xFF, 0, 0, Frames.EMPTY, body(9, 0));
    byte[] known = Frames.encode(FrameType.PING, 0, 0, Frames.EMPTY, Frames.EMPTY);
    ByteBuffer both = ByteBuffer.allocate(100).put(optional).put(known).flip();
    Notes notes = new Notes();
    new Framer(Dialect.V1, MAX).feed(both, notes);
    assertThat(notes.frames).hasSize(1);

    byte[] mandatory = Frames.encode(0x7F, 0, 0, Frames.EMPTY, Frames.EMPTY);
    assertThatThrownBy(() -> whole(Dialect.V1, mandatory)).hasMessageContaining("frame of type 7f");
  }

  @Test
  void fieldsThatDoNotFitTheirFrameAreRefused() {
    byte[] shortRequest = ByteBuffer.allocate(15).putLong(FrameType.word(0x10, 7)).array();
    assertThatThrownBy(() -> whole(Dialect.V1, shortRequest)).hasMessageContaining("7 bytes");
    byte[] longTopic = ByteBuffer.allocate(20).putLong(FrameType.word(0x20, 12)).putInt(9).array();
    assertThatThrownBy(() -> whole(Dialect.V1, longTopic)).hasMessageContaining("topic of 9");
    byte[] negativeTopic =
        ByteBuffer.allocate(20).putLong(FrameType.word(0x20, 12)).putInt(-1).array();
    assertThatThrownBy(() -> whole(Dialect.V1, negativeTopic)).hasMessageContaining("topic of -1");
  }
}
