package dev.trefoil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.StringValue;
import dev.trefoil.internal.Guard;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CodecTest {
  private static final int LIMIT = 1_000_000;

  @Test
  void bytesPassAsTheyAreWithoutACopy() throws Exception {
    byte[] bytes = {1, 2, 3};
    assertThat(Codec.bytes().encode(bytes)).isSameAs(bytes);
    assertThat(Codec.bytes().decode(bytes)).isSameAs(bytes);
  }

  @Test
  void textComesBackAsItWas() throws Exception {
    for (String text : new String[] {"", "hello", "Grüße", "\ud83c\udf40", "a\u0000b", "\ufffd!"}) {
      assertThat(Codec.utf8().decode(Codec.utf8().encode(text))).isEqualTo(text);
    }
  }

  @Test
  void bytesThatAreNotUtf8AreAnErrorAndNotReplaced() {
    byte[][] bad = {
      {(byte) 0xff},
      {(byte) 0xc3}, // cut short
      {'a', (byte) 0x80, 'b'}, // a continuation of nothing
      {(byte) 0xc0, (byte) 0xaf}, // longer than needed
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half of a surrogate pair
      {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80}, // beyond the last character
      {(byte) 0xef, (byte) 0xbf, (byte) 0xbd, (byte) 0xff}, // a true U+FFFD, then nonsense
    };
    for (byte[] bytes : bad) {
      assertThatThrownBy(() -> Guard.decode(Codec.utf8(), bytes))
          .isInstanceOf(CodecException.class)
          .hasMessageContaining("could not decode a message of " + bytes.length + " bytes");
    }
  }

  @Test
  void halfOfASurrogatePairIsSentAsAQuestionMark() throws Exception {
    assertThat(Codec.utf8().encode("a\ud800b")).containsExactly('a', '?', 'b');
  }

  @Test
  void anyBytesAreEitherDecodedAsTheyAreOrRefused() {
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String text;
      try {
        text = Guard.decode(Codec.utf8(), bytes);
      } catch (CodecException e) {
        continue;
      }
      assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
    }
  }

  @Test
  void protobufMessagesComeBackAsTheyWere() {
    Codec<StringValue> codec = ProtobufCodec.of(StringValue.parser());
    StringValue message = StringValue.of("hello");
    byte[] bytes = Guard.encode(codec, message, LIMIT);
    assertThat(Guard.decode(codec, bytes)).isEqualTo(message);
    assertThat(Guard.decode(codec, new byte[0])).isEqualTo(StringValue.getDefaultInstance());
    assertThat(codec.toString()).contains("ProtobufCodec");
  }

  @Test
  void bytesThatAreNoProtobufMessageAreATypedError() {
    Codec<StringValue> codec = ProtobufCodec.of(StringValue.parser());
    for (byte[] bytes : new byte[][] {{10, 5, 'a'}, {10}, {(byte) 0xff, (byte) 0xff}}) {
      assertThatThrownBy(() -> Guard.decode(codec, bytes))
          .isInstanceOf(CodecException.class)
          .hasCauseInstanceOf(InvalidProtocolBufferException.class);
    }
    assertThatThrownBy(() -> ProtobufCodec.of(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("parser");
  }

  /** A codec that does what it is told. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Odd(byte[] encoded, String decoded, Throwable error) implements Codec<String> {
    @Override
    public byte[] encode(String value) throws Exception {
      fail();
      return encoded;
    }

    @Override
    public String decode(byte[] payload) throws Exception {
      fail();
      return decoded;
    }

    private void fail() throws Exception {
      if (error instanceof Error e) {
        throw e;
      } else if (error instanceof Exception e) {
        throw e;
      }
    }
  }

  @Test
  void whateverACodecThrowsIsATypedErrorWithItsCause() {
    for (Throwable error :
        new Throwable[] {
          new Exception("checked"), new IllegalStateException("bug"), new StackOverflowError("deep")
        }) {
      Odd codec = new Odd(new byte[0], "", error);
      assertThatThrownBy(() -> Guard.encode(codec, "x", LIMIT))
          .isInstanceOf(CodecException.class)
          .hasCause(error)
          .hasMessageContaining("Odd could not encode");
      assertThatThrownBy(() -> Guard.decode(codec, new byte[3]))
          .isInstanceOf(CodecException.class)
          .hasCause(error)
          .hasMessageContaining("could not decode a message of 3 bytes");
    }
  }

  @Test
  void anInterruptInACodecIsKept() {
    Odd codec = new Odd(new byte[0], "", new InterruptedException());
    assertThatThrownBy(() -> Guard.decode(codec, new byte[0])).isInstanceOf(CodecException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> Guard.encode(codec, "x", 1)).isInstanceOf(CodecException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void nullIsRefusedOnEveryWay() {
    Odd nothing = new Odd(null, null, null);
    assertThatThrownBy(() -> Guard.encode(Codec.utf8(), null, LIMIT))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("a message must not be null: send an empty payload instead");
    assertThatThrownBy(() -> Guard.encode(nothing, "x", LIMIT))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("encoded a value as null");
    assertThatThrownBy(() -> Guard.decode(nothing, new byte[0]))
        .isInstanceOf(CodecException.class)
        .hasMessageContaining("decoded a message as null");
  }

  @Test
  void theLimitIsInclusive() {
    assertThat(Guard.encode(Codec.utf8(), "1234", 4)).hasSize(4);
    assertThatThrownBy(() -> Guard.encode(Codec.utf8(), "12345", 4))
        .isInstanceOf(MessageTooLargeException.class)
        .hasMessageContaining("5 bytes")
        .hasMessageContaining("limit of 4")
        .satisfies(e -> assertThat(((MessageTooLargeException) e).size()).isEqualTo(5))
        .satisfies(e -> assertThat(((MessageTooLargeException) e).limit()).isEqualTo(4));
  }
}
